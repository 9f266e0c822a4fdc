//! The paths of the service. Every program names a path through these constants alone.

/// `GET`: the signed policy.
pub const POLICY: &str = "/v1/policy";
/// `GET`, with `?nonce=` of 16 to 64 characters of base64url: the signed clock.
pub const CLOCK: &str = "/v1/clock";
/// `POST` of a sealed credential: returns a session and a grant.
pub const SIGN_IN: &str = "/v1/sign-in";
/// `POST` of a sealed station code: registers this computer as a station.
pub const STATIONS: &str = "/v1/stations";
/// `POST` of a sealed enrolment: returns a signed receipt.
pub const ENROLMENTS: &str = "/v1/enrolments";
/// `GET`, with a session: the person, and the methods that are set up.
pub const ME: &str = "/v1/me";
/// `POST`, with a session: the person says "this is not me".
pub const NOT_ME: &str = "/v1/me/not-me";
/// `POST`, with a session: ends the session.
pub const SIGN_OUT: &str = "/v1/sign-out";
/// `POST`, with a session: calls a number to test it. `GET`, with `?call=` and `&after=`: the call's events, by long
/// poll.
pub const CALLS: &str = "/v1/me/calls";
/// `POST`, with a session: ends its call.
pub const END_CALL: &str = "/v1/me/calls/end";
/// `POST`, relying parties only: calls a person, who approves or refuses a sign-in.
pub const APPROVALS: &str = "/v1/approvals";
/// `POST`, telephone provider only: the events of a call. The telephone line defines what follows the prefix.
pub const PROVIDER: &str = "/calls/provider/{*rest}";
/// The prefix of [`PROVIDER`].
pub const PROVIDER_PREFIX: &str = "/calls/provider/";
/// `POST`, relying parties only: checks a sign-in code.
pub const VERIFY: &str = "/v1/verify";
/// `GET`: whether the process answers.
pub const HEALTH: &str = "/health";
/// `GET`: whether the store answers too.
pub const READY: &str = "/ready";
/// `GET`: metrics in the text format of Prometheus.
pub const METRICS: &str = "/metrics";
/// `GET`: the OpenAPI description of this interface.
pub const OPENAPI: &str = "/openapi.json";
