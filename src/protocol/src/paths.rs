//! Where everything is. Service and assistant name a path only through these.

/// GET: the signed policy.
pub const POLICY: &str = "/v1/policy";
/// GET: the signed clock, `?nonce=` with 16 to 64 URL-safe characters.
pub const CLOCK: &str = "/v1/clock";
/// POST a sealed credential: a session and a grant.
pub const SIGN_IN: &str = "/v1/sign-in";
/// POST a sealed station code: this computer becomes a station.
pub const STATIONS: &str = "/v1/stations";
/// POST a sealed enrolment: a signed receipt.
pub const ENROLMENTS: &str = "/v1/enrolments";
/// GET, with a session: who one is and what is set up.
pub const ME: &str = "/v1/me";
/// POST, with a session: "this is not me".
pub const NOT_ME: &str = "/v1/me/not-me";
/// POST, with a session: ends it.
pub const SIGN_OUT: &str = "/v1/sign-out";
/// POST, with a session: calls a number to test it. GET, `?call=` and `&after=`: what happened to it, by long poll.
pub const CALLS: &str = "/v1/me/calls";
/// POST, with a session: ends its call.
pub const END_CALL: &str = "/v1/me/calls/end";
/// POST, relying parties only: has a person approve a sign-in by a call.
pub const APPROVALS: &str = "/v1/approvals";
/// POST, from the telephone provider alone: how a call goes. What follows the prefix is the line's own.
pub const PROVIDER: &str = "/calls/provider/{*rest}";
/// What `PROVIDER` begins with.
pub const PROVIDER_PREFIX: &str = "/calls/provider/";
/// POST, relying parties only: judges a sign-in code.
pub const VERIFY: &str = "/v1/verify";
/// GET: the process answers.
pub const HEALTH: &str = "/health";
/// GET: the store answers too.
pub const READY: &str = "/ready";
/// GET: for Prometheus.
pub const METRICS: &str = "/metrics";
/// GET: this interface, described.
pub const OPENAPI: &str = "/openapi.json";
