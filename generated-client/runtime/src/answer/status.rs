//! From a status to an error, and from a body to its bytes.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};

use crate::error::Call;
use crate::model;
use crate::stream::Framing;
use crate::{Body, Error, ErrorKind, Limits, OperationMeta, Result};

/// What an answer belongs to. Travels in the response's extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    pub(crate) call: Option<Call>,
    pub(crate) framing: Option<Framing>,
    pub(crate) limits: Limits,
    /// What the answer to a websocket's handshake must be to.
    #[cfg_attr(not(feature = "websocket"), allow(dead_code))]
    pub(crate) websocket_key: Option<String>,
}

impl Context {
    pub(crate) fn of(response: &Response<Body>) -> Self {
        response.extensions().get::<Self>().cloned().unwrap_or_default()
    }

    pub(crate) fn call(&self) -> Option<&Call> {
        self.call.as_ref()
    }
}

/// Gives a response with an accepted status back, and makes an error of any other.
pub(crate) async fn checked(
    meta: &'static OperationMeta,
    mut response: Response<Body>,
    accepts: fn(StatusCode) -> bool,
) -> Result<Response<Body>> {
    let mut context = Context::of(&response);
    let call = context.call.get_or_insert_with(|| Call::new(meta, meta.path)).clone();
    if meta.upgrade.is_some_and(|protocol| protocol != "tcp") {
        // Another protocol is spoken over the connection; frames belong to `tcp`.
        context.framing = Some(Framing::Raw);
    }
    let limit = context.limits.max_error;
    response.extensions_mut().insert(context);
    let status = response.status();
    if accepts(status) {
        return Ok(response);
    }
    let json = is_json(&response);
    // A body that breaks off still tells more than none.
    let (body, _) = response.into_body().collect_up_to(limit).await;
    let message = message(status, &body, json);
    Err(Error::from_status(status, message).with_call(Some(&call)).advised())
}

/// Reads the whole body.
pub(super) async fn read(response: Response<Body>) -> Result<(Context, Bytes)> {
    let context = Context::of(&response);
    let limit = context.limits.max_body;
    let (body, end) = response.into_body().collect_up_to(limit).await;
    match end {
        Ok(true) => Ok((context, body)),
        Ok(false) => {
            let message = format!("the answer is larger than the limit of {limit} bytes");
            Err(Error::new(ErrorKind::TooLarge, message).with_call(context.call()))
        }
        Err(error) => Err(error.with_call(context.call())),
    }
}

fn is_json(response: &Response<Body>) -> bool {
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type
        .is_some_and(|value| value.split(';').next().is_some_and(|kind| kind.trim() == "application/json"))
}

#[derive(Default)]
struct Message {
    message: String,
}

crate::model! { Message { message = "message" } }

/// The Engine's words. A body that looks like its JSON is read as such whatever its type says: errors before an upgrade
/// are written by hand into the connection and labelled wrong.
fn message(status: StatusCode, body: &[u8], json: bool) -> String {
    if (json || body.starts_with(b"{"))
        && let Ok(Message { message }) = model::from_slice(body)
        && !message.is_empty()
    {
        return message;
    }
    let text = String::from_utf8_lossy(body).trim().to_owned();
    if text.is_empty() && status.is_success() {
        return "an answer that the operation does not have".to_owned();
    }
    text
}

/// The Engine's words, where this is the JSON that it tells errors in and nothing else. For errors that stand behind something.
pub(crate) fn message_in(json: &[u8]) -> Option<Error> {
    let Message { message } = model::from_slice(json).ok()?;
    (!message.is_empty()).then(|| Error::new(ErrorKind::Stream, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_engine() {
        let words = |body: &str, json| message(StatusCode::NOT_FOUND, body.as_bytes(), json);
        assert_eq!(words(r#"{"message":"no such image"}"#, true), "no such image");
        assert_eq!(words(r#"{"cause":"x","message":"m","response":404}"#, false), "m");
        assert_eq!(words("page not found\n", false), "page not found");
        assert_eq!(words("<html>", true), "<html>");
        assert_eq!(words("", true), "");
        assert_ne!(message(StatusCode::OK, b"", false), "");
    }
}
