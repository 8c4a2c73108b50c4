//! Another machine's Engine, through the system's ssh: `docker system dial-stdio` there joins its input and output to the
//! Engine's socket. Keys, known hosts, jump hosts and agents are ssh's own business.

use std::fmt::Write as _;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::process::{ExitStatus, Stdio};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use super::Dial;
use crate::config::SshTarget;
use crate::{BoxFuture, Error, ErrorKind, Io};

/// How much of ssh's complaints is kept.
const COMPLAINTS: usize = 4 << 10;

/// How long ssh may take to end after its output has.
const FAREWELL: Duration = Duration::from_secs(5);

/// Connects to an Engine through `ssh`, a process for each connection. It is killed when the connection is dropped.
#[derive(Clone, Debug)]
pub struct Ssh {
    target: SshTarget,
    program: String,
}

impl Ssh {
    /// The Engine of this machine.
    pub fn new(target: SshTarget) -> Self {
        Self { target, program: "ssh".to_owned() }
    }

    /// Runs another program in place of `ssh`. It gets the same arguments.
    pub fn with_program(mut self, program: impl Into<String>) -> Self {
        self.program = program.into();
        self
    }

    /// What ssh is run with: as the docker command line does it.
    fn arguments(&self) -> Vec<String> {
        let mut arguments: Vec<_> = ["-o", "ConnectTimeout=30", "-T"].map(str::to_owned).into();
        if let Some(user) = &self.target.user {
            arguments.extend(["-l".to_owned(), user.clone()]);
        }
        if let Some(port) = self.target.port {
            arguments.extend(["-p".to_owned(), port.to_string()]);
        }
        // What follows is no option, whatever it looks like.
        arguments.extend(["--".to_owned(), self.target.host.clone(), self.command()]);
        arguments
    }

    /// There is no program to run.
    fn unstarted(&self, error: io::Error) -> io::Error {
        let kind = error.kind();
        let what = format!("cannot connect to {}: cannot run {}", self.target, self.program);
        let told = Error::of_system(ErrorKind::Connect, &what, error).with_hint("install OpenSSH's client");
        io::Error::new(kind, told)
    }

    /// What the shell there runs.
    fn command(&self) -> String {
        let mut command = "docker".to_owned();
        if let Some(socket) = &self.target.socket {
            let _ = write!(command, " --host {}", quoted(&["unix://", socket].concat()));
        }
        command + " system dial-stdio"
    }
}

/// What OpenSSH says when it does not get to the other machine, and docker when it does not get to the Engine there.
const REFUSALS: [&str; 9] = [
    "permission denied",
    "could not resolve hostname",
    "connect to host",
    "host key verification failed",
    "kex_exchange_identification",
    "too many authentication failures",
    "bad configuration option",
    "cannot connect to the docker daemon",
    "failed to connect to the docker api",
];

fn is_refusal(words: &str) -> bool {
    let words = words.to_lowercase();
    REFUSALS.iter().any(|refusal| words.contains(refusal))
}

/// A word of a POSIX shell.
fn quoted(word: &str) -> String {
    ["'", &word.replace('\'', r"'\''"), "'"].concat()
}

impl Dial for Ssh {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Io>>> {
        Box::pin(async move {
            let mut child = Command::new(&self.program)
                .args(self.arguments())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .kill_on_drop(true)
                .spawn()
                .map_err(|error| self.unstarted(error))?;
            let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
            let (Some(input), Some(output)) = (input, output) else {
                return Err(io::Error::other("ssh was started without its pipes"));
            };
            let stream = SshStream {
                input: Some(input),
                output,
                errors,
                complaints: Vec::new(),
                end: End::Running(Some(child)),
                heard: false,
                target: self.target.clone(),
            };
            Ok(Box::new(stream) as Box<dyn Io>)
        })
    }

    fn address(&self) -> String {
        self.target.to_string()
    }
}

/// The pipes of a running ssh.
struct SshStream {
    /// Closed by dropping.
    input: Option<ChildStdin>,
    output: ChildStdout,
    errors: Option<ChildStderr>,
    complaints: Vec<u8>,
    end: End,
    /// Whether anything came from the other side.
    heard: bool,
    target: SshTarget,
}

/// How far the process is.
enum End {
    /// Held to be killed when this is dropped.
    Running(Option<Child>),
    /// Its output has ended.
    Waiting(Pin<Box<dyn Future<Output = io::Result<ExitStatus>> + Send>>),
    Ended,
}

impl SshStream {
    /// Keeps what ssh complains of. Read all the time, or ssh would stop when the pipe is full. Ready at its end.
    fn poll_complaints(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut chunk = [0; 1024];
        while let Some(errors) = &mut self.errors {
            let mut buffer = ReadBuf::new(&mut chunk);
            match ready!(Pin::new(errors).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {
                    let room = COMPLAINTS - self.complaints.len();
                    let kept = &buffer.filled()[..buffer.filled().len().min(room)];
                    self.complaints.extend_from_slice(kept);
                }
                _ => self.errors = None,
            }
        }
        Poll::Ready(())
    }

    /// After the end of the output: an end that ssh is content with is one, any other is a failure.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let End::Running(child) = &mut self.end {
            let child = child.take();
            self.end = End::Waiting(Box::pin(async move {
                let mut child = child.ok_or_else(|| io::Error::other("ssh has ended before"))?;
                tokio::time::timeout(FAREWELL, child.wait()).await.unwrap_or_else(|_| {
                    Err(io::Error::new(io::ErrorKind::TimedOut, "ssh closed its output and does not end"))
                })
            }));
        }
        let End::Waiting(waiting) = &mut self.end else { return Poll::Ready(Ok(())) };
        let status = ready!(waiting.as_mut().poll(cx));
        // What it complained of was written before it ended, and is there by now. A process that it left behind may hold
        // the pipe open: it is not waited for.
        let _ = self.poll_complaints(cx);
        self.end = End::Ended;
        Poll::Ready(match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(self.failure(status)),
            Err(error) => Err(error),
        })
    }

    /// An end that ssh is not content with.
    fn failure(&self, status: ExitStatus) -> io::Error {
        let complaints = String::from_utf8_lossy(&self.complaints);
        // Terminals obey control characters; a sentence has none.
        let words: String = complaints.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let words = if words.is_empty() { "it says nothing".to_owned() } else { words };
        let by_hand = SshTarget { socket: None, ..self.target.clone() };
        let told = |kind, what: &str| {
            Error::new(kind, format!("{what}: ssh ended with {status}: {words}"))
                .with_hint(format!("run `ssh {by_hand} docker version` by hand until it works"))
        };
        // Without words of its own ssh may have got there, and the Engine may have got the request.
        let refused = !self.heard && (is_refusal(&words) || matches!(status.code(), Some(126 | 127)));
        io::Error::new(
            io::ErrorKind::ConnectionAborted,
            if refused {
                told(ErrorKind::Connect, &format!("cannot connect to {}", self.target))
            } else {
                told(ErrorKind::Transport, "the connection broke")
            },
        )
    }
}

impl AsyncRead for SshStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let _ = this.poll_complaints(cx);
        if matches!(this.end, End::Running(_)) {
            let before = buffer.filled().len();
            ready!(Pin::new(&mut this.output).poll_read(cx, buffer))?;
            if buffer.filled().len() > before || buffer.remaining() == 0 {
                this.heard |= buffer.filled().len() > before;
                return Poll::Ready(Ok(()));
            }
        }
        this.poll_end(cx)
    }
}

impl AsyncWrite for SshStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.input {
            Some(input) => Pin::new(input).poll_write(cx, bytes),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.input.as_mut().map_or(Poll::Ready(Ok(())), |input| Pin::new(input).poll_flush(cx))
    }

    /// Closing the pipe makes ssh send the end of the input, and `dial-stdio` close its half of the socket.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(input) = &mut self.input {
            ready!(Pin::new(input).poll_flush(cx))?;
        }
        self.input = None;
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Address, Endpoint};

    fn arguments(url: &str) -> String {
        let Address::Ssh { target } = Endpoint::parse(url).unwrap().address else { panic!("{url}") };
        Ssh::new(target).arguments().join(" ")
    }

    #[test]
    fn as_the_command_line_runs_it() {
        assert_eq!(arguments("ssh://h"), "-o ConnectTimeout=30 -T -- h docker system dial-stdio");
        assert_eq!(
            arguments("ssh://me@[::1]:2222"),
            "-o ConnectTimeout=30 -T -l me -p 2222 -- ::1 docker system dial-stdio"
        );
        assert_eq!(
            arguments("ssh://h/run/it's%20$(id).sock"),
            r"-o ConnectTimeout=30 -T -- h docker --host 'unix:///run/it'\''s $(id).sock' system dial-stdio"
        );
    }
}
