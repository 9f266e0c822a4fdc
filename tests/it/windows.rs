//! The program for Windows, under wine. What wine cannot show: a real Windows, Direct3D 12, and what a real Windows looks at before it trusts a certificate.

mod cannot_start;
mod enrolling;
mod installing;
mod sight;
mod stations;
mod through_a_proxy;
mod twice;
