//! Tests of the seal: the vectors of RFC 9180, and everything that must not open.
