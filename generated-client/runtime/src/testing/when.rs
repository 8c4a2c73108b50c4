//! Which requests a reply is for.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{operation_of, unversioned};
use crate::OperationMeta;

/// A check of a body: what it expects in words, and whether it holds.
type Check = Arc<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// What a request must be for a reply to be its answer.
#[derive(Clone)]
pub struct When {
    target: Target,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Vec<(String, Check)>,
}

#[derive(Clone)]
enum Target {
    Operation(String),
    Request { method: String, path: String },
}

impl When {
    /// A request of the operation with this id, such as `ContainerList`.
    pub fn operation(id: impl Into<String>) -> Self {
        Self::target(Target::Operation(id.into()))
    }

    /// A request of the operation with these facts, which generated types have as `Operation::META`.
    pub fn meta(meta: &OperationMeta) -> Self {
        Self::operation(meta.id)
    }

    /// A request with this method and path, without version: `GET`, `/containers/json`. In the path `{id}` stands for any
    /// one segment, and `{name*}` for one or more.
    pub fn request(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self::target(Target::Request { method: method.into().to_uppercase(), path: path.into() })
    }

    fn target(target: Target) -> Self {
        Self { target, query: Vec::new(), headers: Vec::new(), body: Vec::new() }
    }

    /// And its query has this value, decoded.
    pub fn query(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// And it has this header.
    pub fn header(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.headers.push((name.into(), value.to_string()));
        self
    }

    /// And its body is this JSON value, however it is written.
    pub fn json(self, value: impl Into<Value>) -> Self {
        let value = value.into();
        let words = format!("the body {value}");
        self.body(words, move |body| serde_json::from_slice::<Value>(body).is_ok_and(|sent| sent == value))
    }

    /// And its body passes a check; `words` say what is expected, as `a body with an image`.
    pub fn body(
        mut self,
        words: impl Into<String>,
        check: impl Fn(&[u8]) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.body.push((words.into(), Arc::new(check)));
        self
    }

    /// Whether a request is meant. `Err`: it is the right operation, but not what else is expected.
    pub(super) fn is_met_by(&self, request: &http::Request<Bytes>) -> Result<bool, String> {
        let meant = match &self.target {
            Target::Operation(id) => operation_of(request) == Some(id),
            Target::Request { method, path } => {
                request.method().as_str() == method && path_matches(path, unversioned(request.uri().path()))
            }
        };
        if !meant {
            return Ok(false);
        }
        let query = pairs(request.uri().query().unwrap_or_default());
        for (name, value) in &self.query {
            if !query.iter().any(|(key, sent)| key == name && sent == value) {
                return Err(format!("its query has no {name}={value}"));
            }
        }
        for (name, value) in &self.headers {
            let sent = request.headers().get_all(name.as_str());
            if !sent.iter().any(|sent| sent.as_bytes() == value.as_bytes()) {
                return Err(format!("it has no header {name}: {value}"));
            }
        }
        for (words, check) in &self.body {
            if !check(request.body()) {
                return Err(format!("it does not have {words}"));
            }
        }
        Ok(true)
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Target::Operation(id) => f.write_str(id)?,
            Target::Request { method, path } => write!(f, "{method} {path}")?,
        }
        let query = self.query.iter().map(|(name, value)| format!("{name}={value}"));
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}"));
        let body = self.body.iter().map(|(words, _)| words.clone());
        for (index, expected) in query.chain(headers).chain(body).enumerate() {
            write!(f, "{} {expected}", if index == 0 { " with" } else { "," })?;
        }
        Ok(())
    }
}

impl fmt::Debug for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "When({self})")
    }
}

/// The decoded pairs of a query.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(k, v)| (decoded(k), decoded(v)))
        .collect()
}

/// Whether a path is of a pattern, segment by segment.
fn path_matches(pattern: &str, path: &str) -> bool {
    fn matches(pattern: &[&str], path: &[&str]) -> bool {
        let Some((first, rest)) = pattern.split_first() else { return path.is_empty() };
        let Some((segment, others)) = path.split_first() else { return false };
        let place = first.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
        match place {
            Some(name) if name.ends_with('*') => (1..=path.len()).any(|taken| matches(rest, &path[taken..])),
            Some(_) => matches(rest, others),
            None => first == segment && matches(rest, others),
        }
    }
    let [pattern, path] = [pattern, path].map(|text| text.split('/').collect::<Vec<_>>());
    matches(&pattern, &path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (pattern, path, expected) in [
            ("/containers/json", "/containers/json", true),
            ("/containers/{id}/json", "/containers/a%2Fb/json", true),
            ("/containers/{id}/json", "/containers/json", false),
            ("/containers/{id}", "/containers/x/json", false),
            ("/images/{name*}/json", "/images/localhost:5000/a/json", true),
            ("/images/{name*}/json", "/images/json", false),
        ] {
            assert_eq!(path_matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_missing_is_told() {
        let request = http::Request::builder().uri("/v1.51/x?a=b%20c").header("h", "v");
        let request = request.body(Bytes::from_static(b"{\"k\": 1}")).unwrap();
        let when = || When::request("get", "/x");
        assert_eq!(when().query("a", "b c").header("H", "v").is_met_by(&request), Ok(true));
        assert_eq!(when().json(serde_json::json!({"k": 1})).is_met_by(&request), Ok(true));
        assert_eq!(When::request("POST", "/x").is_met_by(&request), Ok(false));
        assert_eq!(When::operation("X").is_met_by(&request), Ok(false));
        assert!(when().query("a", "b").is_met_by(&request).unwrap_err().contains("no a=b"));
        assert!(when().header("h", "w").is_met_by(&request).unwrap_err().contains("no header h: w"));
        assert!(
            when().json(serde_json::json!({"k": 2})).is_met_by(&request).unwrap_err().contains(r#"{"k":2}"#)
        );
        assert_eq!(when().query("a", 1).header("h", 2).to_string(), "GET /x with a=1, h: 2");
    }
}
