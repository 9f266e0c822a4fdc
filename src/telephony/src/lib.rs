//! Telephone lines, and what is said in one call: a number and a script go in, events come out.
//!
//! Read the files in this order. `call` is what a caller of this crate sees. `script` and `conversation` hold what is said
//! and which keys count; they are the same on every line. `line` places calls. Each kind of line has its own module.
//! The crate knows no people, stores, policies, limits and queues; the service does. It never prints a number.

mod asterisk;
mod call;
mod call_driver;
mod conversation;
mod http;
mod line;
mod practice;
mod prompt;
mod provider;
mod retry;
mod script;
mod spoken_name;
#[cfg(test)]
mod testing;

pub use asterisk::{AsteriskLine, AsteriskSettings, AsteriskSettingsError, is_asterisk_event};
pub use call::{Call, CallEvent, CallEvents, CallId, Ending, LineFault};
pub use conversation::{Conversation, ConversationAction, ConversationEvent};
pub use http::{client as http_client, is_https_or_loopback};
pub use line::Line;
pub use practice::{Behaviour, Pace, PracticeCall, PracticeLine, PracticePhone, PracticeStage};
pub use prompt::{PromptPart, Sentence, Vocabulary, text_of};
pub use provider::{
    CallbackRefused, ProviderLine, ProviderSettings, ProviderSettingsError, SIGNATURE_HEADER, Twiml,
    is_provider_call,
};
pub use script::{ApprovalDigits, OneDigit, Script, SignInOrigin};
pub use spoken_name::SpokenName;
