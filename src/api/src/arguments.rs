//! A handler's argument types determine its row: the first is the credential, and the last of a POST is the body.
//!
//! So no row can name a credential that its handler does not take: without one as the first argument it does not
//! compile.

use protocol::Sealed;

use super::body::{Form, Json, RequestBody};
use super::credentials::{
    Anyone, Authorized, Credential, Envelope, Monitoring, ProviderSignature, RelyingParty, Session,
};

/// Arguments of a handler that begin with a credential.
pub(super) trait HasCredential {
    type Credential: Credential;
}

/// Arguments of a handler that end with a body.
pub(super) trait HasBody {
    type Body: RequestBody;
}

macro_rules! arguments {
    ($($other:ident),*) => {
        impl<M, C: Credential, $($other),*> HasCredential for (M, Authorized<C>, $($other),*) {
            type Credential = C;
        }

        impl<M, C, $($other,)* B: RequestBody> HasBody for (M, Authorized<C>, $($other,)* B) {
            type Body = B;
        }
    };
}

arguments!();
arguments!(T1);
arguments!(T1, T2);
arguments!(T1, T2, T3);
arguments!(T1, T2, T3, T4);

/// A credential that a row with such a body may require.
pub(super) trait AcceptsBody<Body>: Credential {}

impl<B> AcceptsBody<B> for Anyone {}
impl<B> AcceptsBody<B> for Session {}
impl<B> AcceptsBody<B> for RelyingParty {}
impl<B> AcceptsBody<B> for Monitoring {}
/// The credential is in the envelope, so no other body can carry it.
impl AcceptsBody<Json<Sealed>> for Envelope {}
/// The signature covers the form.
impl AcceptsBody<Form> for ProviderSignature {}
