//! Makes the SVG of a picture from the templates in `assets/phone`. What their placeholders mean is in the README there.
//!
//! Words come from the policy and are escaped: nothing of them is read as SVG.

use std::fmt::Write as _;

use egui::Color32;

use super::fit::{Fitted, Room, fit};
use crate::view::{Device, PhonePicture, PhoneScreen};

macro_rules! parts {
    ($($name:literal),+ $(,)?) => {
        /// The files of `assets/phone`, by name.
        const PARTS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../../../assets/phone/", $name, ".svg")))),+];
    };
}

parts!(
    "account-type",
    "app-icon",
    "back-android",
    "back-iphone",
    "call-android",
    "call-iphone",
    "camera",
    "code",
    "code-right",
    "handset",
    "head-android",
    "head-iphone",
    "keypad",
    "person",
    "phone-android",
    "phone-any",
    "phone-iphone",
    "plus",
    "store-android",
    "store-any",
    "store-iphone",
);

/// The SVG of a picture. `brand` is the colour of lines and marks, `edge` that of a line round the phone.
pub(super) fn svg(picture: &PhonePicture, brand: Color32, edge: Option<Color32>) -> String {
    let (parts, words) = (parts_of(picture), words_of(&picture.screen));
    let mut drawing = Drawing { parts, words, brand, edge, fitted: Vec::new() };
    let whole = drawing.joined(part(drawing.parts.phone));
    drawing.fit_all(&whole);
    drawing.filled(&whole)
}

/// Which parts a picture is put together from.
struct Parts {
    phone: &'static str,
    screen: &'static str,
    head: &'static str,
    back: &'static str,
}

fn parts_of(picture: &PhonePicture) -> Parts {
    let pick = |iphone, android, any| match picture.device {
        Device::IPhone => iphone,
        Device::Android => android,
        Device::Any => any,
    };
    Parts {
        phone: pick("phone-iphone", "phone-android", "phone-any"),
        head: pick("head-iphone", "head-android", "head-android"),
        back: pick("back-iphone", "back-android", "back-android"),
        screen: match picture.screen {
            PhoneScreen::Store { .. } => pick("store-iphone", "store-android", "store-any"),
            PhoneScreen::Plus { .. } => "plus",
            PhoneScreen::AccountType { .. } => "account-type",
            PhoneScreen::Camera { .. } => "camera",
            PhoneScreen::Code { .. } => "code",
            PhoneScreen::RightCode { .. } => "code-right",
            PhoneScreen::IncomingCall { .. } => pick("call-iphone", "call-android", "call-android"),
            PhoneScreen::Keypad { .. } => "keypad",
        },
    }
}

/// The words of a screen, by the names that the templates have for them.
fn words_of(screen: &PhoneScreen) -> Vec<(&'static str, &str)> {
    match screen {
        PhoneScreen::Store { app, publisher, button } => {
            vec![("search", app), ("app", app), ("publisher", publisher), ("button", button)]
        }
        PhoneScreen::Plus { app } => vec![("title", app)],
        PhoneScreen::AccountType { account_type, scan } => {
            vec![("account-type", account_type), ("scan", scan)]
        }
        PhoneScreen::Camera { scan, then, trust } => vec![("scan", scan), ("then", then), ("trust", trust)],
        PhoneScreen::Code { app, trust } | PhoneScreen::RightCode { app, trust } => {
            vec![("title", app), ("trust", trust)]
        }
        PhoneScreen::IncomingCall { calling, caller, accept, decline } => {
            vec![("calling", calling), ("caller", caller), ("accept", accept), ("decline", decline)]
        }
        PhoneScreen::Keypad { call } => vec![("call", call)],
    }
}

fn part(name: &str) -> &'static str {
    PARTS.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text)
}

/// A picture that is being made.
struct Drawing<'a> {
    parts: Parts,
    words: Vec<(&'static str, &'a str)>,
    brand: Color32,
    edge: Option<Color32>,
    fitted: Vec<(String, Fitted)>,
}

impl Drawing<'_> {
    /// A template with the parts that it names put in, before any word is.
    fn joined(&self, template: &str) -> String {
        let mut joined = String::with_capacity(2 * template.len());
        for piece in pieces(template) {
            match piece {
                Piece::Text(text) => joined.push_str(text),
                Piece::Placeholder(inner) => {
                    let name = match inner {
                        "screen" => self.parts.screen,
                        "head" => self.parts.head,
                        "back" => self.parts.back,
                        other => other,
                    };
                    match part(name) {
                        "" => _ = write!(joined, "{{{{{inner}}}}}"),
                        text => joined.push_str(&self.joined(text)),
                    }
                }
            }
        }
        joined
    }

    /// Fits each text, so that what stands under it knows how far it reaches.
    fn fit_all(&mut self, template: &str) {
        for piece in pieces(template) {
            if let Piece::Placeholder(inner) = piece
                && let Some(text) = TextBox::read(inner)
            {
                let fitted = fit(self.word(text.name), &text.room);
                self.fitted.push((text.name.to_owned(), fitted));
            }
        }
    }

    /// The template with everything put in.
    fn filled(&self, template: &str) -> String {
        let mut filled = String::with_capacity(2 * template.len());
        for piece in pieces(template) {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Placeholder("brand") => filled.push_str(&hex(self.brand)),
                Piece::Placeholder("edge") => match self.edge {
                    Some(edge) => filled.push_str(&hex(edge)),
                    None => filled.push_str("none"),
                },
                Piece::Placeholder(inner) => {
                    if let Some(text) = TextBox::read(inner) {
                        self.put(&mut filled, &text);
                    } else if let Some(names) = inner.strip_prefix("half ") {
                        _ = write!(filled, "{}", self.below(names.split(' ')) / 2.0);
                    } else if let Some((number, names)) = sum(inner) {
                        _ = write!(filled, "{}", number + self.below(names));
                    }
                }
            }
        }
        filled
    }

    fn word(&self, name: &str) -> &str {
        self.words.iter().find(|(known, _)| *known == name).map_or("", |(_, word)| word)
    }

    fn fitted(&self, name: &str) -> Option<&Fitted> {
        self.fitted.iter().find(|(known, _)| known == name).map(|(_, fitted)| fitted)
    }

    /// How far texts reach below their first lines.
    fn below<'n>(&self, names: impl Iterator<Item = &'n str>) -> f32 {
        names.filter_map(|name| self.fitted(name)).map(Fitted::below).sum()
    }

    fn put(&self, filled: &mut String, text: &TextBox<'_>) {
        let Some(fitted) = self.fitted(text.name) else { return };
        let first = if text.middle {
            // A capital letter is as high as two thirds of its size.
            text.y - fitted.below() / 2.0 + fitted.size / 3.0
        } else {
            text.y
        };
        let weight = if text.room.bold { "700" } else { "400" };
        let size = fitted.size.to_string();
        let mut attributes = vec![
            ("id", text.name),
            ("font-size", size.as_str()),
            ("font-weight", weight),
            ("text-anchor", text.anchor),
        ];
        attributes.extend(text.fill.map(|fill| ("fill", fill)));
        filled.push_str("<text");
        for (name, value) in attributes {
            _ = write!(filled, r#" {name}="{value}""#);
        }
        filled.push('>');
        for (line, words) in (0_u8..).zip(&fitted.lines) {
            let y = first + f32::from(line) * fitted.leading;
            _ = write!(filled, r#"<tspan x="{}" y="{y}">{}</tspan>"#, text.x, escaped(words));
        }
        filled.push_str("</text>");
    }
}

enum Piece<'a> {
    Text(&'a str),
    Placeholder(&'a str),
}

/// A template as text and `{{placeholders}}`, in order.
fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inner, after)) = after.split_once("}}") else { break };
        found.extend([Piece::Text(before), Piece::Placeholder(inner.trim())]);
        rest = after;
    }
    found.push(Piece::Text(rest));
    found
}

/// `sum 24 app publisher`.
fn sum(inner: &str) -> Option<(f32, std::str::Split<'_, char>)> {
    let (number, names) = inner.strip_prefix("sum ")?.split_once(' ')?;
    Some((number.parse().ok()?, names.split(' ')))
}

/// Where words stand: `text NAME x=.. y=.. width=.. height=.. size=.. least=.. leading=..`, and what else is said of them.
struct TextBox<'a> {
    name: &'a str,
    x: f32,
    y: f32,
    anchor: &'a str,
    /// The lines stand about `y`; else the first stands on it.
    middle: bool,
    fill: Option<&'a str>,
    room: Room,
}

impl<'a> TextBox<'a> {
    fn read(inner: &'a str) -> Option<Self> {
        let mut parts = inner.strip_prefix("text ")?.split_whitespace();
        let mut text = Self {
            name: parts.next()?,
            x: 0.0,
            y: 0.0,
            anchor: "start",
            middle: false,
            fill: None,
            room: Room { width: 0.0, height: 0.0, sizes: [0.0, 0.0], leading: 1.2, bold: false },
        };
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key {
                "x" => text.x = value.parse().ok()?,
                "y" => text.y = value.parse().ok()?,
                "width" => text.room.width = value.parse().ok()?,
                "size" => text.room.sizes[0] = value.parse().ok()?,
                "least" => text.room.sizes[1] = value.parse().ok()?,
                "height" => text.room.height = value.parse().ok()?,
                "leading" => text.room.leading = value.parse().ok()?,
                "anchor" => text.anchor = value,
                "fill" => text.fill = Some(value),
                "middle" => text.middle = true,
                "bold" => text.room.bold = true,
                _ => return None,
            }
        }
        Some(text)
    }
}

fn hex(colour: Color32) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.r(), colour.g(), colour.b())
}

/// Words as XML text. A character that XML cannot carry becomes a question mark.
fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len() + 8);
    for c in words.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('?'),
            c => escaped.push(c),
        }
    }
    escaped
}
