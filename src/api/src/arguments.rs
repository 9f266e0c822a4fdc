//! What a handler's arguments say about its row: the first is the credential, the last of a POST is the body.
//!
//! So no row can name a credential that its handler forgets: without one as the first argument it does not compile.

use protocol::Sealed;

use super::body::{Form, Json, RequestBody};
use super::credentials::{
    Anyone, Authorized, Credential, Envelope, Monitoring, ProviderSignature, RelyingParty, Session,
};

/// The arguments of a handler that begin with a credential.
pub(super) trait Shows {
    type Credential: Credential;
}

/// The arguments of a handler that end with a body.
pub(super) trait Reads {
    type Body: RequestBody;
}

macro_rules! arguments {
    ($($other:ident),*) => {
        impl<M, C: Credential, $($other),*> Shows for (M, Authorized<C>, $($other),*) {
            type Credential = C;
        }

        impl<M, C, $($other,)* B: RequestBody> Reads for (M, Authorized<C>, $($other,)* B) {
            type Body = B;
        }
    };
}

arguments!();
arguments!(T1);
arguments!(T1, T2);
arguments!(T1, T2, T3);
arguments!(T1, T2, T3, T4);

/// A credential that a row with such a body may ask for.
pub(super) trait Fits<Body>: Credential {}

impl<B> Fits<B> for Anyone {}
impl<B> Fits<B> for Session {}
impl<B> Fits<B> for RelyingParty {}
impl<B> Fits<B> for Monitoring {}
/// The right is in the envelope: whoever reads anything else proves nothing.
impl Fits<Json<Sealed>> for Envelope {}
/// The signature covers the form.
impl Fits<Form> for ProviderSignature {}
