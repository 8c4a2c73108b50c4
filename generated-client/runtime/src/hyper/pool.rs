//! Connections whose last exchange is over, kept for the next. They belong to the transport and end with it.
//!
//! A socket works only as long as the tokio runtime it was made in, so each runtime has its own. A kept connection may have
//! been closed by the other side without anybody knowing yet; it is therefore only used for requests that can be sent
//! again on a new one.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Id;

use super::link::Link;

/// How many are kept.
const MOST: usize = 8;

/// How long one is kept. Engines wait for ever, but what stands between may not.
const LONGEST: Duration = Duration::from_secs(30);

/// Connections to one place.
#[derive(Default)]
pub(super) struct Pool {
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    link: Box<Link>,
    runtime: Id,
    since: Instant,
}

impl Pool {
    /// A connection made in this runtime, the youngest first.
    pub(super) fn take(&self, runtime: Id) -> Option<Box<Link>> {
        let mut idle = self.lock();
        while let Some(at) = idle.iter().rposition(|idle| idle.runtime == runtime) {
            let mut link = idle.remove(at).link;
            if link.is_idle() {
                return Some(link);
            }
        }
        None
    }

    /// Keeps a connection that was made in this runtime, if it can be used again.
    pub(super) fn give(&self, mut link: Box<Link>, runtime: Id) {
        if !link.is_idle() {
            return;
        }
        let mut idle = self.lock();
        if idle.len() == MOST {
            idle.remove(0);
        }
        idle.push(Idle { link, runtime, since: Instant::now() });
    }

    /// The connections that are not too old.
    fn lock(&self) -> MutexGuard<'_, Vec<Idle>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|idle| idle.since.elapsed() < LONGEST);
        idle
    }
}
