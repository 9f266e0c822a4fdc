//! The program for Windows, under wine. What wine cannot show: a real Windows, Direct3D 12, the system's trust store.

mod cannot_start;
mod enrolling;
mod installing;
mod sight;
mod through_a_proxy;
mod twice;
