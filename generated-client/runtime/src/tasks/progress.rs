//! The state of a pull, put together from its messages, in the form that progress bars are drawn from.

use crate::model::{self, Data};

/// How far a pull is, layer by layer.
///
/// It is fed with the messages of a stream: those of [`Pull`](super::Pull), or the models of a version's crate for
/// `ImageCreate` and `ImagePush`.
///
/// ```
/// use docker_engine_runtime::tasks::PullProgress;
/// use serde_json::json;
///
/// let mut progress = PullProgress::default();
/// progress.update(&json!({"status": "Pulling fs layer", "progressDetail": {}, "id": "4f4fb700ef54"}));
/// progress.update(&json!({"status": "Downloading", "progressDetail": {"current": 16, "total": 32}, "id": "4f4fb700ef54"}));
/// let layer = &progress.layers()[0];
/// assert_eq!((layer.status.as_str(), layer.current, layer.total), ("Downloading", Some(16), Some(32)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PullProgress {
    layers: Vec<LayerProgress>,
    status: String,
    digest: Option<String>,
}

/// How far one layer is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerProgress {
    /// The short id that the Engine gives it.
    pub id: String,
    /// What is done with it, in the Engine's words: `Downloading`, `Extracting`, `Pull complete`.
    pub status: String,
    /// How much of it is done: bytes, unless [`units`](Self::units) says otherwise. It begins anew with each thing that is done with the
    /// layer.
    pub current: Option<u64>,
    /// How much there is to do, where the Engine says so.
    pub total: Option<u64>,
    /// What is counted, if not bytes: `s` for seconds.
    pub units: Option<String>,
}

impl LayerProgress {
    /// Whether nothing is left to do.
    pub fn is_complete(&self) -> bool {
        matches!(self.status.as_str(), "Pull complete" | "Already exists" | "Pushed" | "Layer already exists")
            || self.status.starts_with("Mounted from ")
    }
}

#[derive(Debug, Default)]
struct Message {
    id: String,
    status: String,
    detail: Detail,
}

#[derive(Debug, Default)]
struct Detail {
    current: Option<i64>,
    total: Option<i64>,
    units: Option<String>,
}

crate::model! { Message { id = "id", status = "status", detail = "progressDetail" } }
crate::model! { Detail { current = "current", total = "total", units = "units" } }

impl PullProgress {
    /// Takes the next message. One that is none of progress changes nothing.
    pub fn update(&mut self, message: &dyn Data) {
        if let Ok(message) = model::from_slice(&model::to_vec(message)) {
            self.take(message);
        }
    }

    /// The layers in the order in which they were first spoken of.
    pub fn layers(&self) -> &[LayerProgress] {
        &self.layers
    }

    /// The layer of this id.
    pub fn layer(&self, id: &str) -> Option<&LayerProgress> {
        self.layers.iter().find(|layer| layer.id == id)
    }

    /// How many layers are complete.
    pub fn complete(&self) -> usize {
        self.layers.iter().filter(|layer| layer.is_complete()).count()
    }

    /// The last message about the image as a whole: `Status: Downloaded newer image for alpine:latest`.
    pub fn status(&self) -> &str {
        &self.status
    }

    /// The digest of the image, once the Engine has told it.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    fn take(&mut self, message: Message) {
        let Message { id, status, detail } = message;
        // The first message has the tag where others have the layer.
        if id.is_empty() || status.starts_with("Pulling from ") {
            if let Some(digest) = status.strip_prefix("Digest: ") {
                self.digest = Some(digest.to_owned());
            }
            if !status.is_empty() {
                self.status = status;
            }
            return;
        }
        let at = self.layers.iter().position(|layer| layer.id == id).unwrap_or_else(|| {
            self.layers.push(LayerProgress { id, ..LayerProgress::default() });
            self.layers.len() - 1
        });
        let layer = &mut self.layers[at];
        let count = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
        if detail.current.is_some() || detail.total.is_some() {
            layer.current = count(detail.current);
            layer.total = count(detail.total).filter(|total| *total > 0);
            layer.units = detail.units.filter(|units| !units.is_empty());
        } else if status != layer.status && layer.units.is_some() {
            (layer.current, layer.total, layer.units) = (None, None, None);
        } else if status != layer.status {
            // What was counted so far is done, and no numbers come with the message that says so.
            layer.current = layer.total.or(layer.current);
        }
        if !status.is_empty() {
            layer.status = status;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn after(messages: &[Value]) -> PullProgress {
        let mut progress = PullProgress::default();
        messages.iter().for_each(|message| progress.update(message));
        progress
    }

    #[test]
    fn layers_from_the_first_message_to_the_last() {
        let mut progress = after(&[
            json!({"status": "Pulling from library/alpine", "id": "latest"}),
            json!({"status": "Pulling fs layer", "progressDetail": {}, "id": "a"}),
            json!({"status": "Already exists", "progressDetail": {}, "id": "b"}),
            json!({"status": "Downloading", "progressDetail": {"current": 5, "total": 10}, "id": "a"}),
        ]);
        assert_eq!(progress.status(), "Pulling from library/alpine");
        let ids: Vec<_> = progress.layers().iter().map(|layer| layer.id.as_str()).collect();
        assert_eq!((ids, progress.complete()), (vec!["a", "b"], 1));
        let numbers = |progress: &PullProgress| {
            let layer = progress.layer("a").unwrap();
            (layer.current, layer.total)
        };
        assert_eq!(numbers(&progress), (Some(5), Some(10)));
        progress.update(&json!({"status": "Download complete", "progressDetail": {}, "id": "a"}));
        assert_eq!(numbers(&progress), (Some(10), Some(10)));
        progress.update(
            &json!({"status": "Extracting", "progressDetail": {"current": 3, "total": 10}, "id": "a"}),
        );
        assert_eq!(numbers(&progress), (Some(3), Some(10)));
        progress.update(&json!({"status": "Pull complete", "progressDetail": {}, "id": "a"}));
        progress.update(&json!({"status": "Digest: sha256:0a"}));
        progress.update(&json!({"status": "Status: Downloaded newer image for alpine:latest"}));
        assert_eq!((progress.complete(), progress.digest()), (2, Some("sha256:0a")));
        assert!(progress.status().starts_with("Status: "));
    }

    #[test]
    fn anything_may_come() {
        let progress = after(&[
            json!(null),
            json!([1]),
            json!({"id": 3}),
            json!({"id": "a"}),
            json!({"id": "a", "status": "Downloading", "progressDetail": {"current": -1, "total": -1}}),
            json!({"id": "c", "status": "Extracting", "progressDetail": {"current": 2, "units": "s"}}),
            json!({"id": "c", "status": "Pull complete"}),
        ]);
        assert_eq!(progress.layer("a").unwrap().total, None);
        let seconds = progress.layer("c").unwrap();
        assert_eq!((seconds.current, &seconds.units, seconds.is_complete()), (None, &None, true));
    }
}
