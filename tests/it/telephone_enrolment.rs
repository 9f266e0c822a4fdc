//! People enrol with the app and a phone call: the assistant that ships, the service that ships, and real telephones.
//!
//! Not here: the line by itself (`telephone_calls`), and many people at once (`telephone_day`).

mod approving;
mod bad_luck;
mod broken;
mod going_away;
mod in_the_window;
mod person;
mod trust;
mod whole_way;
