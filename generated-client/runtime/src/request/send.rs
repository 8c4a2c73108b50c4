//! Sending: the version, the request, the status, and how output is framed. What is the same for every operation and
//! every answer stands here once.

use http::{Response, StatusCode};

use super::Request;
use super::terminal::Terminal;
use crate::answer::{Context, checked};
use crate::client::explain;
use crate::error::Call;
use crate::{Body, Limits, Result, limits};

impl Request {
    /// Sends the request and gives a response whose status is accepted.
    ///
    /// `terminal` is for answers whose form depends on the container's terminal.
    pub(crate) async fn execute(
        self,
        accepts: fn(StatusCode) -> bool,
        terminal: bool,
    ) -> Result<Response<Body>> {
        crate::observe::request(self.meta, self.exchange(accepts, terminal)).await
    }

    async fn exchange(self, accepts: fn(StatusCode) -> bool, terminal: bool) -> Result<Response<Body>> {
        let client = self.client.clone();
        let meta = self.meta;
        let limits = self.effective_limits();
        let unsent = Call::new(meta, meta.path);
        let version = client.settle().await.map_err(|error| error.with_call(Some(&unsent)))?;
        let terminal = terminal.then(|| Terminal::of(&self, version)).flatten();
        let request = self.build(version).map_err(|error| error.with_call(Some(&unsent)))?;
        let call = Call::new(meta, request.uri().path());
        let framing = match &terminal {
            Some(terminal) => terminal.before_sending(&client).await?,
            None => None,
        };
        let websocket_key = websocket_key(&request);
        let sent = limits::send(client.transport(), request, &limits).await;
        let mut response = sent.map_err(|error| error.with_call(Some(&call)))?;
        response.extensions_mut().insert(Context { call: Some(call), framing, limits, websocket_key });
        let checked = checked(meta, response, accepts).await;
        let mut response = checked.map_err(|error| explain(error, version, client.is_pinned()))?;
        if let (Some(terminal), None) = (terminal, framing) {
            let framing = match terminal.told_by(&response) {
                Some(framing) => framing,
                None => terminal.ask(&client).await?,
            };
            if let Some(context) = response.extensions_mut().get_mut::<Context>() {
                context.framing = Some(framing);
            }
        }
        Ok(response)
    }

    fn effective_limits(&self) -> Limits {
        let of_client = *self.client.limits();
        self.limits
            .unwrap_or(Limits { response: of_client.response.filter(|_| !self.meta.long_poll), ..of_client })
    }
}

fn websocket_key(request: &http::Request<Body>) -> Option<String> {
    let key = request.headers().get(http::header::SEC_WEBSOCKET_KEY)?;
    Some(key.to_str().ok()?.to_owned())
}
