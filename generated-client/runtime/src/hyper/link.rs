//! One connection that speaks HTTP/1.1, driven by whoever waits for it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1;

use super::broken;
use super::wire::{HyperIo, Own};
use crate::{Body, Error, Io, Result};

/// A connection with HTTP on it.
pub(super) struct Link {
    sender: http1::SendRequest<Body>,
    connection: http1::Connection<HyperIo, Body>,
    /// How the connection ended, once it has.
    end: Option<Result<(), hyper::Error>>,
    own: Own,
}

impl Link {
    pub(super) async fn new(io: Box<dyn Io>) -> Result<Self> {
        let own = Own::default();
        let (sender, connection) = http1::handshake(HyperIo::new(io, own.clone())).await.map_err(broken)?;
        Ok(Self { sender, connection, end: None, own })
    }

    /// Sends a request and waits for the head of the response, or for the end of the connection.
    pub(super) async fn exchange(&mut self, request: Request<Body>) -> Result<Response<Incoming>> {
        let mut response = pin!(self.sender.send_request(request));
        let (connection, end) = (&mut self.connection, &mut self.end);
        let response = poll_fn(|cx| {
            if end.is_none()
                && let Poll::Ready(ended) = connection.poll_without_shutdown(cx)
            {
                *end = Some(ended);
            }
            response.as_mut().poll(cx)
        })
        .await;
        response.map_err(|error| self.failure(error, broken))
    }

    /// Sends what is to be sent and receives what has come.
    pub(super) fn drive(&mut self, cx: &mut Context<'_>) {
        if self.end.is_none()
            && let Poll::Ready(end) = self.connection.poll_without_shutdown(cx)
        {
            self.end = Some(end);
        }
    }

    /// What an error of a request or of a body comes from. The connection knows better than they do what went wrong with it,
    /// and what it brought itself is better than what hyper says of it.
    pub(super) fn failure(&mut self, error: hyper::Error, told: fn(hyper::Error) -> Error) -> Error {
        let failure = self.take_failure();
        self.own.take().unwrap_or_else(|| told(failure.unwrap_or(error)))
    }

    /// Why the connection ended, if it did not end well.
    fn take_failure(&mut self) -> Option<hyper::Error> {
        match self.end.take() {
            Some(Err(error)) => {
                self.end = Some(Ok(()));
                Some(error)
            }
            end => {
                self.end = end;
                None
            }
        }
    }

    /// Whether another request can be sent: the last exchange is over, and the other side has not closed, as far as is
    /// known.
    pub(super) fn is_idle(&mut self) -> bool {
        self.drive(&mut Context::from_waker(Waker::noop()));
        self.end.is_none() && self.sender.is_ready()
    }

    /// Takes the connection out of HTTP after a response 101, with the bytes that came after the head.
    pub(super) async fn hand_over(mut self) -> Result<(Box<dyn Io>, bytes::Bytes)> {
        poll_fn(|cx| {
            self.drive(cx);
            if self.end.is_some() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        match self.take_failure() {
            Some(error) => Err(self.failure(error, broken)),
            None => {
                let parts = self.connection.into_parts();
                Ok((parts.io.into_inner(), parts.read_buf))
            }
        }
    }
}
