//! Enums of statuses that are answers, not errors.

use crate::model::DecodeError;

/// An enum with a variant for each status that is an answer. Made by [`outcome!`](crate::outcome).
pub trait FromOutcome: Sized {
    /// The statuses that are answers.
    const STATUSES: &'static [u16];

    /// The variant of one of these statuses.
    fn from_outcome(status: u16, body: &[u8]) -> Result<Self, DecodeError>;
}

/// Makes an enum the answer that a status is.
///
/// ```
/// use docker_engine_runtime as runtime;
///
/// #[derive(Clone, Debug, PartialEq)]
/// pub enum ContainerStartOutcome { Started, AlreadyStarted }
/// runtime::outcome! { ContainerStartOutcome { 204 => Started, 304 => AlreadyStarted } }
///
/// #[derive(Clone, Debug, PartialEq)]
/// pub enum SystemAuthOutcome { Authenticated(runtime::Value), NoToken }
/// runtime::outcome! { SystemAuthOutcome { 200 => Authenticated(runtime::Value), 204 => NoToken } }
/// ```
#[macro_export]
macro_rules! outcome {
    ($name:ident { $($status:literal => $variant:ident $(($body:ty))?),+ $(,)? }) => {
        impl $crate::answer::FromOutcome for $name {
            const STATUSES: &'static [u16] = &[$($status),+];

            fn from_outcome(
                status: u16,
                body: &[u8],
            ) -> ::core::result::Result<Self, $crate::model::DecodeError> {
                let _ = body;
                ::core::result::Result::Ok(match status {
                    $($status => Self::$variant $(($crate::model::from_slice::<$body>(body)?))?,)+
                    _ => ::core::unreachable!("only the statuses of the list are accepted"),
                })
            }
        }
    };
}
