//! Opens a shell in a running container, on a real terminal: every key goes to the shell as it is typed, and the shell
//! knows how large the window is.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use crossterm::terminal;
use docker_engine_v1_51::Client;
use docker_engine_v1_51::models::{ExecConfig, ExecStartConfig};
use futures_util::TryStreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Open a shell in a running container.
#[derive(Parser)]
struct Arguments {
    /// Who runs it: a user's name or number
    #[arg(long, short)]
    user: Option<String>,
    /// Name or id of the container
    container: String,
    /// What to run
    #[arg(trailing_var_arg = true, default_value = "sh")]
    command: Vec<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let result = run(Arguments::parse()).await;
    // Not by returning: a read from the keyboard cannot be taken back, and tokio would wait for it.
    std::process::exit(match result {
        Ok(status) => i32::try_from(status).unwrap_or(1),
        Err(error) => {
            eprintln!("shell: {error:#}");
            125
        }
    })
}

async fn run(arguments: Arguments) -> Result<i64> {
    let docker = Client::from_env()?;
    let tty = std::io::stdin().is_terminal();
    let exec = ExecConfig {
        cmd: Some(arguments.command),
        user: arguments.user,
        tty: Some(tty),
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        ..Default::default()
    };
    let exec = docker.container_exec(&arguments.container, exec).await?;
    let start = ExecStartConfig { detach: Some(false), tty: Some(tty), ..Default::default() };
    let session = docker.exec_start(&exec.id, start).tty(tty).await?;
    let (mut output, mut input) = session.split();

    let _raw = if tty { Some(Raw::on()?) } else { None };
    let keyboard = async {
        let mut keys = [0; 1024];
        let mut stdin = tokio::io::stdin();
        loop {
            match stdin.read(&mut keys).await? {
                0 => return input.close().await,
                read => input.write_all(&keys[..read]).await?,
            }
        }
    };
    let screen = async {
        let (mut stdout, mut stderr) = (std::io::stdout(), std::io::stderr());
        while let Some(chunk) = output.try_next().await? {
            match chunk.source {
                docker_engine_v1_51::runtime::LogSource::Stderr => stderr.write_all(&chunk.bytes)?,
                _ => stdout.write_all(&chunk.bytes)?,
            }
            stdout.flush()?;
        }
        anyhow::Ok(())
    };
    // The shell's end is what ends the session. The end of our input is not, nor is a shell that no longer listens.
    let keyboard = async {
        drop(keyboard.await);
        std::future::pending().await
    };
    let window = async {
        if tty {
            follow_window(&docker, &exec.id).await?;
        }
        std::future::pending().await
    };
    tokio::select! {
        done = screen => done?,
        failed = window => return failed,
        () = keyboard => {}
    }
    Ok(docker.exec_inspect(&exec.id).await?.exit_code.unwrap_or_default())
}

/// Tells the shell how large the window is, now and whenever that changes.
async fn follow_window(docker: &Client, exec: &str) -> Result<()> {
    #[cfg(unix)]
    let mut changes = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::window_change())?;
    loop {
        let (columns, rows) = terminal::size()?;
        // It fails when the shell has ended already: then there is nothing to draw on.
        drop(docker.exec_resize(exec, rows.into(), columns.into()).await);
        #[cfg(unix)]
        changes.recv().await;
        #[cfg(not(unix))]
        return Ok(());
    }
}

/// The terminal passes on every key as it is typed, until this is dropped.
struct Raw;

impl Raw {
    fn on() -> Result<Self> {
        terminal::enable_raw_mode()?;
        Ok(Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        drop(terminal::disable_raw_mode());
    }
}
