//! Whole tasks in one call: run a container to its end, run a command in one, pull an image, read logs, copy files.
//! They are thin: a few operations one after the other, the same in every API version, with only the fields of answers
//! that they need. Every generated client has them as methods.

#[cfg(feature = "tar")]
mod copy;
mod exec;
mod logs;
mod operations;
mod output;
mod progress;
mod pull;
mod run;
#[cfg(feature = "tar")]
mod unpack;

#[cfg(feature = "tar")]
pub use copy::{CopyIn, CopyOut};
pub use exec::ExecRun;
pub use logs::LogsToString;
pub use output::Output;
pub use progress::{LayerProgress, PullProgress};
pub use pull::Pull;
pub use run::Run;

use crate::Client;
use crate::model::Data;

/// Makes a struct with `client` and `async fn perform(self)` a task that can be awaited or sent.
macro_rules! task {
    ($name:ident => $output:ty) => {
        impl $name {
            /// Performs the task; the same as awaiting it.
            pub fn send(self) -> $crate::Sending<$output> {
                Box::pin(self.perform())
            }

            /// Performs the task and blocks the thread until it is over.
            #[cfg(feature = "blocking")]
            pub fn send_blocking(self) -> $crate::Result<$output> {
                let client = self.client.clone();
                client.block_on(self.perform())
            }
        }

        impl std::future::IntoFuture for $name {
            type Output = $crate::Result<$output>;
            type IntoFuture = $crate::Sending<$output>;

            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }
    };
}
use task;

impl Client {
    /// Runs a container to its end. See [`Run`].
    pub fn run(&self, config: impl Data) -> Run {
        Run::new(self, &config)
    }

    /// Runs a command in a running container. See [`ExecRun`].
    pub fn exec_run(&self, id: &str, command: impl IntoIterator<Item = impl Into<String>>) -> ExecRun {
        ExecRun::new(self, id, command.into_iter().map(Into::into).collect())
    }

    /// Pulls an image. See [`Pull`].
    pub fn pull(&self, image: &str) -> Pull {
        Pull::new(self, image)
    }

    /// Reads what a container has written so far. See [`LogsToString`].
    pub fn logs_to_string(&self, id: &str) -> LogsToString {
        LogsToString::new(self, id)
    }

    /// Copies a file or a directory into a container. See [`CopyIn`].
    #[cfg(feature = "tar")]
    pub fn copy_in(&self, id: &str, from: &std::path::Path, to: &str) -> CopyIn {
        CopyIn::new(self, id, from, to)
    }

    /// Copies a file or a directory out of a container. See [`CopyOut`].
    #[cfg(feature = "tar")]
    pub fn copy_out(&self, id: &str, from: &str, to: &std::path::Path) -> CopyOut {
        CopyOut::new(self, id, from, to)
    }
}

/// Gives a client with a field `core` the tasks as methods.
#[doc(hidden)]
#[macro_export]
macro_rules! client_tasks {
    ($name:ident) => {
        impl $name {
            /// Runs a container to its end: creates it, starts it, waits, reads its output, removes it. The body of
            /// `ContainerCreate` says what runs; a number that the process ends with is a value, never an error.
            ///
            /// The container is removed also when something fails. Dropping the future leaves it where it is: end a run
            /// early with [`timeout`]($crate::tasks::Run::timeout).
            pub fn run(&self, config: impl $crate::model::Data) -> $crate::tasks::Run {
                self.core.run(config)
            }

            /// Runs a command in a running container, waits for its end, and gives its output and exit code.
            ///
            /// Dropping the future does not end the command: the Engine has no operation for that.
            pub fn exec_run(
                &self,
                id: impl ::core::convert::AsRef<str>,
                command: impl ::core::iter::IntoIterator<
                    Item = impl ::core::convert::Into<::std::string::String>,
                >,
            ) -> $crate::tasks::ExecRun {
                self.core.exec_run(id.as_ref(), command)
            }

            /// Pulls an image: `alpine`, `host:5000/team/image:tag`, `image@sha256:…`; without tag and digest, `latest`.
            /// Waits for the end, and gives what the layers came to.
            pub fn pull(&self, image: impl ::core::convert::AsRef<str>) -> $crate::tasks::Pull {
                self.core.pull(image.as_ref())
            }

            /// Reads what a container has written so far, standard output and standard error in one text.
            pub fn logs_to_string(
                &self,
                id: impl ::core::convert::AsRef<str>,
            ) -> $crate::tasks::LogsToString {
                self.core.logs_to_string(id.as_ref())
            }
        }

        $crate::client_copies!($name);
    };
}

/// The tasks that read and write archives.
#[cfg(feature = "tar")]
#[doc(hidden)]
#[macro_export]
macro_rules! client_copies {
    ($name:ident) => {
        impl $name {
            /// Copies a file or a directory of this machine into a directory of a container, where it keeps its name.
            pub fn copy_in(
                &self,
                id: impl ::core::convert::AsRef<str>,
                from: impl ::core::convert::AsRef<::std::path::Path>,
                to: impl ::core::convert::AsRef<str>,
            ) -> $crate::tasks::CopyIn {
                self.core.copy_in(id.as_ref(), from.as_ref(), to.as_ref())
            }

            /// Copies a file or a directory of a container into a directory of this machine, where it keeps its name.
            pub fn copy_out(
                &self,
                id: impl ::core::convert::AsRef<str>,
                from: impl ::core::convert::AsRef<str>,
                to: impl ::core::convert::AsRef<::std::path::Path>,
            ) -> $crate::tasks::CopyOut {
                self.core.copy_out(id.as_ref(), from.as_ref(), to.as_ref())
            }
        }
    };
}

/// The tasks that read and write archives: there are none.
#[cfg(not(feature = "tar"))]
#[doc(hidden)]
#[macro_export]
macro_rules! client_copies {
    ($name:ident) => {};
}
