//! Every picture under several policies: the words on it, how they fit, and what it must not be.

use domain::{Label, Profile};
use egui::{Color32, Rect};
use journey::{CallStage, Event, Page, PhoneChoice};
use resvg::usvg::{Group, Node, Tree};

use super::render::{places, render, tree, walk};
use super::template::svg;
use super::{Marks, PHONE, pixels};
use crate::effects::scripted::sample_profile;
use crate::keeper::QrMatrix;
use crate::view::samples::Walk;
use crate::view::{Block, Device, PhonePicture, PhoneScreen, Phones, View};

const BRAND: Color32 = Color32::from_rgb(0x0f, 0x38, 0x5c);

const PHONES: [PhoneChoice; 3] = [PhoneChoice::IPhone, PhoneChoice::Android, PhoneChoice::NotSure];

fn label(text: &str) -> Label {
    Label::new(text).expect("a label")
}

/// As it is, with another app, with the longest words, and with words that would be SVG.
fn policies() -> [Profile; 5] {
    let all = |words: &str| {
        let mut profile = sample_profile();
        profile.trust.name = label(words);
        let app = &mut profile.app;
        for part in [
            &mut app.name,
            &mut app.publisher,
            &mut app.account_type,
            &mut app.scan_label,
            &mut app.store_buttons.iphone,
            &mut app.store_buttons.android,
        ] {
            *part = label(words);
        }
        profile
    };
    let mut other = sample_profile();
    other.app.name = label("2FAS Auth");
    other.app.publisher = label("Two Factor Authentication Service");
    other.app.account_type = label("Add manually");
    other.app.scan_label = label("Scan with camera");
    other.app.store_buttons.iphone = label("Laden");
    other.app.store_buttons.android = label("Installieren");
    other.calls.caller_id = Some("+441632960002".to_owned());
    [
        sample_profile(),
        other,
        all("An authenticator app of many words for all the staff we have"),
        all(&"W".repeat(60)),
        all(r#"</tspan></text><rect id="x" width="9" height='9'/>&lt;&#60;<!--"#),
    ]
}

/// Every page with a picture, and what the picture must say there.
fn pages(profile: &Profile, phone: PhoneChoice) -> Vec<(View, Vec<String>)> {
    let view_at = |page, stages: &[CallStage]| {
        let mut walk = Walk::of(profile.clone(), phone, None);
        walk.forward_to(page);
        if !stages.is_empty() {
            walk.on(Event::Next);
            let attempt = walk.last_attempt();
            stages.iter().for_each(|stage| walk.on(Event::CallMoved(attempt, *stage)));
        }
        walk.view()
    };
    let right_code = || {
        let mut walk = Walk::of(profile.clone(), phone, None);
        walk.forward_to(Page::TestIt);
        walk.on(Event::Next);
        let right = domain::CodeVerdict::Right { step: domain::Step::at(crate::view::samples::NOW) };
        walk.on(Event::CodeJudged(walk.last_attempt(), right));
        walk.view()
    };
    let app = &profile.app;
    let buttons = match phone {
        PhoneChoice::IPhone => vec![app.store_buttons.iphone.to_string()],
        PhoneChoice::Android => vec![app.store_buttons.android.to_string()],
        PhoneChoice::NotSure | PhoneChoice::NoSmartphone => {
            vec![app.store_buttons.iphone.to_string(), app.store_buttons.android.to_string()]
        }
    };
    let trust = profile.trust.name.to_string();
    let caller = profile.calls.caller_id.clone().unwrap_or_else(|| "Unknown number".to_owned());
    let accept = if phone == PhoneChoice::IPhone { "Accept" } else { "Answer" };
    vec![
        (
            view_at(Page::GetTheApp, &[]),
            [vec![app.name.to_string(), app.publisher.to_string()], buttons].concat(),
        ),
        (
            view_at(Page::AddAnAccount, &[]),
            vec![app.name.to_string(), app.account_type.to_string(), app.scan_label.to_string()],
        ),
        (view_at(Page::ScanTheCode, &[]), vec![app.scan_label.to_string(), trust.clone()]),
        (view_at(Page::TestIt, &[]), vec![app.name.to_string(), trust.clone(), "123 456".to_owned()]),
        (right_code(), vec![app.name.to_string(), trust, "123 456".to_owned()]),
        (view_at(Page::AnswerTheCall, &[]), vec![caller.clone(), accept.to_owned()]),
        (view_at(Page::AnswerTheCall, &[CallStage::Ringing]), vec![caller, accept.to_owned()]),
        (view_at(Page::AnswerTheCall, &[CallStage::Answered]), vec!["On a call".to_owned(), "0".to_owned()]),
    ]
}

fn phones(view: &View) -> &Phones {
    let found = view
        .blocks
        .iter()
        .find_map(|block| if let Block::Phones(phones) = block { Some(phones) } else { None });
    found.unwrap_or_else(|| panic!("{:?} has no picture", view.page))
}

/// Every picture of every page, for every phone, under every profile, with its page.
fn pictures() -> Vec<(Page, PhonePicture)> {
    let mut all = Vec::new();
    for profile in policies() {
        for phone in PHONES {
            for (view, _) in pages(&profile, phone) {
                all.extend(phones(&view).pictures.iter().map(|picture| (view.page, picture.clone())));
            }
        }
    }
    all
}

fn tree_of(picture: &PhonePicture) -> Tree {
    tree(&svg(picture, BRAND, None)).unwrap_or_else(|| panic!("{picture:?} is no SVG"))
}

/// The words of a tree, without the spaces at which they were wrapped.
fn words_of(tree: &Tree) -> String {
    let mut words = String::new();
    walk(tree.root(), &mut |node| {
        if let Node::Text(text) = node {
            text.chunks().iter().for_each(|chunk| words.push_str(&chunk.text().replace(' ', "")));
        }
    });
    words
}

#[test]
fn each_page_has_its_picture_with_the_words_of_the_policy() {
    for profile in policies() {
        for phone in PHONES {
            for (view, expected) in pages(&profile, phone) {
                let shown: String =
                    phones(&view).pictures.iter().map(|picture| words_of(&tree_of(picture))).collect();
                for label in expected {
                    // One word of 60 wide letters may be cut.
                    let is_word = label.len() == 60 && !label.contains(' ');
                    let label = if is_word { label[..30].to_owned() } else { label };
                    assert!(
                        shown.contains(&label.replace(' ', "")),
                        "{:?}: {label} is not in {shown}",
                        view.page
                    );
                }
                assert!(!phones(&view).alt.is_empty());
            }
        }
    }
}

#[test]
fn iphone_and_android_look_apart() {
    let profile = sample_profile();
    let of = |phone| pages(&profile, phone).into_iter().map(|(view, _)| phones(&view).pictures.clone());
    for ((iphone, android), any) in of(PHONES[0]).zip(of(PHONES[1])).zip(of(PHONES[2])) {
        for ((iphone, android), any) in iphone.iter().zip(&android).zip(&any) {
            let [one, two, three] = [iphone, android, any].map(|picture| svg(picture, BRAND, None));
            assert!(one != two && two != three && one != three, "{iphone:?}");
            assert_eq!(
                [iphone.device, android.device, any.device],
                [Device::IPhone, Device::Android, Device::Any]
            );
        }
    }
}

#[test]
fn words_are_never_read_as_svg() {
    let shape = |words: &str| {
        let screen = PhoneScreen::Code { app: words.to_owned(), trust: words.to_owned() };
        let tree = tree_of(&PhonePicture { device: Device::IPhone, screen });
        let mut others = 0;
        walk(tree.root(), &mut |node| others += usize::from(!matches!(node, Node::Text(_))));
        (others, words_of(&tree).matches(&words.replace(' ', "")).count())
    };
    let plain = shape("Oaktree");
    assert_eq!(plain.1, 2);
    for words in [
        "<",
        ">",
        "&",
        "\"",
        "'",
        "&amp;",
        "&#x41;",
        "]]>",
        "<!--",
        "{{brand}}",
        "{{text app x=1}}",
        "</text>",
        "<rect width='9' height='9'/>",
        "a\" onload=\"b",
    ] {
        assert_eq!(shape(words), plain, "{words}");
    }
    assert!(tree(&svg_of("a\u{1}b\u{ffff}c")).is_some(), "what XML cannot carry is left out");
}

fn svg_of(trust: &str) -> String {
    let screen = PhoneScreen::Code { app: trust.to_owned(), trust: trust.to_owned() };
    svg(&PhonePicture { device: Device::Any, screen }, BRAND, None)
}

/// The glass of a phone, below the line with the time.
const GLASS: [f32; 4] = [12.0, 40.0, 228.0, 470.0];

#[test]
fn the_words_of_a_picture_stay_on_the_phone_and_in_what_they_are_written_on() {
    let [left, top, right, bottom] = GLASS;
    let mut looked_into = 0;
    for (page, picture) in pictures() {
        let tree = tree_of(&picture);
        for place in places(&tree).iter().filter(|place| TEXTS.contains(&place.id.as_str())) {
            let is_inside = place.rect.left() >= left
                && place.rect.top() >= top
                && place.rect.right() <= right
                && place.rect.bottom() <= bottom;
            assert!(is_inside, "{page:?}: {} at {:?} in {picture:?}", place.id, place.rect);
        }
        walk(tree.root(), &mut |node| {
            let Node::Group(group) = node else { return };
            let Some(Node::Path(ground)) = group.children().first() else { return };
            for text in texts(group).filter(|_| group.id().starts_with("left-") || group.id() == "entry") {
                let (ground, text) = (ground.abs_bounding_box(), text.abs_bounding_box());
                looked_into += 1;
                let is_inside = text.left() >= ground.left() + 3.0
                    && text.right() <= ground.right() - 3.0
                    && text.top() >= ground.top()
                    && text.bottom() <= ground.bottom();
                assert!(is_inside, "{page:?}: {text:?} leaves {ground:?} in {picture:?}");
            }
        });
    }
    assert!(looked_into > 60, "only {looked_into} texts stand on something");
}

#[test]
fn no_words_of_a_picture_lie_on_others() {
    for (page, picture) in pictures() {
        let tree = tree_of(&picture);
        let texts: Vec<_> =
            places(&tree).into_iter().filter(|place| TEXTS.contains(&place.id.as_str())).collect();
        assert!(!texts.is_empty());
        for (number, one) in texts.iter().enumerate() {
            for other in &texts[number + 1..] {
                let both: Rect = one.rect.intersect(other.rect);
                let lies_on = both.width() > 1.0 && both.height() > 1.0;
                assert!(!lies_on, "{page:?}: {} on {} in {picture:?}", one.id, other.id);
            }
        }
    }
}

/// The texts that come from outside, by their ids.
const TEXTS: &[&str] = &[
    "search",
    "app",
    "publisher",
    "button",
    "title",
    "account-type",
    "scan",
    "then",
    "trust",
    "calling",
    "caller",
    "accept",
    "decline",
    "call",
];

fn texts(group: &Group) -> impl Iterator<Item = &Node> {
    group.children().iter().filter(|node| matches!(node, Node::Text(_)))
}

#[test]
fn a_camera_reads_nothing_in_any_picture() {
    let mut control = None;
    for (page, picture) in pictures() {
        let rendered = render(&svg(&picture, BRAND, None), 504).expect("renders");
        let [width, height] = rendered.image.size;
        let grey = |x: usize, y: usize| {
            let pixel = rendered.image.pixels[y * width + x];
            // On white paper.
            pixel.g().saturating_add(255 - pixel.a())
        };
        let mut seen = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
        assert_eq!(seen.detect_grids().len(), 0, "{page:?}: {picture:?}");
        if matches!(picture.screen, PhoneScreen::Camera { .. }) && control.is_none() {
            let code = QrMatrix::of("https://example.org").expect("a code");
            let (side, at) = ((code.width + 8) * 6, 150);
            let mut seen = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
                if !(at..at + side).contains(&x) || !(at..at + side).contains(&y) {
                    return grey(x, y);
                }
                let (column, row) = ((x - at) / 6, (y - at) / 6);
                let is_in = (4..code.width + 4).contains(&column) && (4..code.width + 4).contains(&row);
                if is_in && code.is_dark(column - 4, row - 4) { 0 } else { 255 }
            });
            let read = seen.detect_grids().first().map(|grid| grid.decode().expect("reads").1);
            control = Some(read);
        }
    }
    assert_eq!(
        control,
        Some(Some("https://example.org".to_owned())),
        "the same search finds a code that is there"
    );
}

#[test]
fn a_picture_has_the_pixels_that_it_takes_on_the_screen() {
    for (points, scale, expected) in
        [(240.0, 1.0, 252), (240.0, 1.25, 315), (240.0, 2.0, 504), (196.0, 1.5, 309)]
    {
        let wide = pixels(points, scale, 2048);
        assert_eq!(wide, expected);
        let rendered = render(&svg_of("Oaktree"), wide).expect("renders");
        let [width, height] = rendered.image.size;
        assert_eq!(width, usize::try_from(wide).expect("fits"));
        let pixel = |at: f32| rendered.image.pixels[height / 2 * width + at as usize];
        // The line of the phone's left edge, half way down, is sharp: 3 units, and white after it.
        let unit = wide as f32 / 252.0;
        assert_eq!(pixel(7.5 * unit), BRAND, "{points} at {scale}");
        assert_eq!(pixel(11.0 * unit), Color32::WHITE, "{points} at {scale}");
    }
}

#[test]
fn a_picture_is_no_higher_than_the_textures_of_the_graphics_card() {
    for (points, scale) in [(240.0, 4.0), (268.0, 4.0), (540.0, 4.0)] {
        let rendered = render(&svg_of("Oaktree"), pixels(points, scale, 2048)).expect("renders");
        let [width, height] = rendered.image.size;
        assert!((1900..=2048).contains(&height) && width < height, "{width}x{height}");
    }
}

#[test]
fn marks_have_a_place_on_every_picture_that_has_steps() {
    let profile = sample_profile();
    let marks = |phone, page: usize| -> Vec<String> {
        let (view, _) = pages(&profile, phone).swap_remove(page);
        let pictures = &phones(&view).pictures;
        let mut ids: Vec<String> = pictures
            .iter()
            .flat_map(|picture| places(&tree_of(picture)))
            .filter(|place| Rect::from_min_size(egui::Pos2::ZERO, PHONE.into()).contains_rect(place.rect))
            .filter_map(|place| {
                let step = place.id.strip_prefix("left-").or(place.id.strip_prefix("right-"))?;
                Some(step.to_owned())
            })
            .collect();
        ids.sort();
        ids
    };
    for phone in PHONES {
        let store: &[&str] = if phone == PhoneChoice::NotSure { &["2", "3", "4"] } else { &["3", "4"] };
        assert_eq!(marks(phone, 0), store);
        assert_eq!(marks(phone, 1), ["2", "3", "4"]);
        assert_eq!(marks(phone, 2), ["1", "2"]);
        assert_eq!(marks(phone, 3), [""; 0]);
        assert_eq!(marks(phone, 4), [""; 0]);
        assert_eq!(marks(phone, 5), ["1"]);
    }
    let (view, _) = pages(&profile, PhoneChoice::IPhone).swap_remove(7);
    let keys = places(&tree_of(&phones(&view).pictures[0]));
    for digit in 0..10 {
        assert!(keys.iter().any(|place| place.id == format!("key-{digit}")), "{digit}");
    }
}

#[test]
fn marks_come_one_after_another_and_rest() {
    let at = |age| Marks { brand: BRAND, age, digits: "", text: 1.0 };
    let come = |age| [0, 1, 2].map(|place| at(Some(age)).come(place));
    assert_eq!(
        (come(0.0), come(0.6), come(1.3), come(2.0)),
        ([0.0; 3], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0; 3])
    );
    let pause = |age, count| at(Some(age)).pause(count).map(|pause| pause.as_secs_f32());
    assert_eq!(pause(0.0, 3), Some(0.3), "nothing is drawn until the first comes");
    assert!(pause(0.4, 3).is_some_and(|pause| pause < 0.05), "a mark that is coming moves");
    assert_eq!((pause(2.0, 3), pause(4.0, 3)), (None, None), "the last is there");
    // A picture without marks has the ring that runs out.
    assert!(pause(3.9, 0).is_some_and(|pause| pause < 0.05));
    assert_eq!(pause(4.0, 0), None);
    assert_eq!(
        (at(None).come(2), at(None).pause(3), at(None).pause(0)),
        (1.0, None, None),
        "at rest all is there"
    );
}
