//! An image from its registry.

use std::fmt;

use serde_json::Value;

use super::operations::IMAGE_CREATE;
use super::progress::PullProgress;
use super::task;
use crate::answer::JsonLines;
use crate::model::Data;
use crate::operation::send;
use crate::{Client, Error, ErrorKind, Request, Result};

/// Is called with the state after each message.
type Watch = Box<dyn FnMut(&PullProgress) + Send>;

/// Pulls an image and waits for the end. A failure that the Engine reports within its messages is an error.
///
/// Dropping the future ends the pull; layers that have come stay.
#[must_use = "a task does nothing until it is awaited or sent"]
pub struct Pull {
    #[cfg(feature = "blocking")]
    client: Client,
    request: Request,
    image: String,
    watch: Option<Watch>,
}

task!(Pull => PullProgress);

impl Pull {
    pub(super) fn new(client: &Client, image: &str) -> Self {
        let (name, tag) = parts(image);
        let request = Request::new(client, &IMAGE_CREATE).query("fromImage", name).query("tag", tag);
        Self {
            #[cfg(feature = "blocking")]
            client: client.clone(),
            request,
            image: image.to_owned(),
            watch: None,
        }
    }

    /// The platform of the image: `linux/arm64`. Since API v1.32.
    pub fn platform(mut self, platform: impl AsRef<str>) -> Self {
        self.request = self.request.query("platform", platform.as_ref());
        self
    }

    /// The credentials for the registry: a [`RegistryAuth`](crate::auth::RegistryAuth), what
    /// [`Credentials::for_image`](crate::auth::Credentials::for_image) found, or a version's own `AuthConfig`. Without any, nothing
    /// is sent.
    pub fn auth(mut self, credentials: impl Data) -> Self {
        self.request = self.request.credentials("X-Registry-Auth", &credentials);
        self
    }

    /// Is called with the state after each message.
    pub fn on_progress(mut self, watch: impl FnMut(&PullProgress) + Send + 'static) -> Self {
        self.watch = Some(Box::new(watch));
        self
    }

    async fn perform(self) -> Result<PullProgress> {
        let Self { request, image, mut watch, .. } = self;
        if parts(&image).0.is_empty() {
            // The Engine would take it for an import.
            return Err(Error::new(ErrorKind::Request, format!("{image:?} does not name an image")));
        }
        let mut messages = send::<JsonLines<Value>>(request).await?;
        let mut progress = PullProgress::default();
        while let Some(message) = messages.next_value().await? {
            progress.update(&message);
            if let Some(watch) = &mut watch {
                watch(&progress);
            }
        }
        Ok(progress)
    }
}

impl fmt::Debug for Pull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pull").field("image", &self.image).finish_non_exhaustive()
    }
}

/// The name of an image, and its tag or digest. Without either an Engine would pull every tag there is.
fn parts(image: &str) -> (&str, &str) {
    let (named, digest) = match image.split_once('@') {
        Some((named, digest)) => (named, Some(digest)),
        None => (image, None),
    };
    // A colon before a slash stands before the port of a registry.
    let (name, tag) = match named.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (named, "latest"),
    };
    (name, digest.unwrap_or(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tags_and_digests() {
        for (image, name, tag) in [
            ("alpine", "alpine", "latest"),
            ("alpine:3.20", "alpine", "3.20"),
            ("host:5000/team/image", "host:5000/team/image", "latest"),
            ("host:5000/team/image:1", "host:5000/team/image", "1"),
            ("alpine@sha256:0a", "alpine", "sha256:0a"),
            ("host:5000/alpine:3@sha256:0a", "host:5000/alpine", "sha256:0a"),
            (":tag", "", "tag"),
        ] {
            assert_eq!(parts(image), (name, tag), "{image}");
        }
    }
}
