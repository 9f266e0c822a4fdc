//! Pages that have rules of their own: the app and its code.

mod app_code;
mod authenticator;
