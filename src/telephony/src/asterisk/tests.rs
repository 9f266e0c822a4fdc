//! Messages recorded from Asterisk 22.10, shortened to the fields that are read and a few others; and the settings.

use domain::PhoneNumber;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    event::{AriEvent, KeyReport, read},
    *,
};
use crate::{Call, CallId, Line, LineFault, testing::test_script as test};

fn read_all(messages: &[&str]) -> Vec<AriEvent> {
    let events = messages.iter().filter_map(|message| read(message));
    events
        .map(|(channel, event)| {
            assert_eq!(channel, "c1");
            event
        })
        .collect()
}

#[test]
fn an_answered_call_is_read_from_its_messages() {
    let events = read_all(&[
        r#"{"type":"Dial","timestamp":"2026-11-24T15:00:07.219+0000","dialstatus":"","forward":"","dialstring":"+447700900123@trunk","peer":{"id":"c1","name":"PJSIP/trunk-00000000","state":"Down"},"application":"enrol"}"#,
        r#"{"type":"ChannelStateChange","timestamp":"2026-11-24T15:00:07.222+0000","channel":{"id":"c1","name":"PJSIP/trunk-00000000","state":"Ringing","caller":{"name":"","number":"+441632960000"}},"application":"enrol"}"#,
        r#"{"type":"ChannelStateChange","timestamp":"2026-11-24T15:00:07.247+0000","channel":{"id":"c1","name":"PJSIP/trunk-00000000","state":"Up"},"application":"enrol"}"#,
        r#"{"variable":"STASISSTATUS","value":"","type":"ChannelVarset","timestamp":"2026-11-24T15:00:07.247+0000","channel":{"id":"c1","state":"Up"},"application":"enrol"}"#,
        r#"{"type":"StasisStart","timestamp":"2026-11-24T15:00:07.247+0000","args":[],"channel":{"id":"c1","state":"Up","dialplan":{"context":"nobody","exten":"s","priority":1,"app_name":"Stasis","app_data":"enrol"}},"application":"enrol"}"#,
        r#"{"type":"PlaybackFinished","timestamp":"2026-11-24T15:00:10.928+0000","playback":{"id":"c1-1","media_uri":"sound:enrol/en/test-ask","target_uri":"channel:c1","language":"en","state":"done"},"application":"enrol"}"#,
        r#"{"type":"ChannelDtmfReceived","timestamp":"2026-11-24T15:00:12.068+0000","digit":"4","duration_ms":180,"channel":{"id":"c1","state":"Up"},"application":"enrol"}"#,
        r##"{"type":"ChannelDtmfReceived","timestamp":"2026-11-24T15:00:12.466+0000","digit":"#","duration_ms":180,"channel":{"id":"c1","state":"Up"},"application":"enrol"}"##,
        r#"{"cause":32,"soft":true,"type":"ChannelHangupRequest","timestamp":"2026-11-24T15:00:13.211+0000","channel":{"id":"c1","state":"Up"},"application":"enrol"}"#,
        r#"{"type":"ChannelDestroyed","timestamp":"2026-11-24T15:00:13.212+0000","cause":16,"cause_txt":"Normal Clearing","channel":{"id":"c1","state":"Up"},"application":"enrol"}"#,
    ]);
    assert_eq!(
        events,
        [
            AriEvent::Ringing,
            AriEvent::Answered,
            AriEvent::Played {
                id: "c1-1".to_owned(),
                is_failed: false,
                media: "sound:enrol/en/test-ask".to_owned()
            },
            // 15:00:12.068 and 15:00:12.466.
            AriEvent::Key(KeyReport { key: '4', at_ms: Some(54_012_068), pressed_ms: 180 }),
            AriEvent::Key(KeyReport { key: '#', at_ms: Some(54_012_466), pressed_ms: 180 }),
            AriEvent::HungUp,
            AriEvent::Destroyed { cause: 16, sip: None },
        ]
    );
}

#[test]
fn failures_and_early_sounds_are_read_and_rubbish_is_not() {
    let events = read_all(&[
        r#"{"type":"Dial","dialstatus":"PROGRESS","peer":{"id":"c1","state":"Down"}}"#,
        r#"{"type":"PlaybackFinished","playback":{"id":"c1-2","media_uri":"sound:enrol/en/names/nobody","target_uri":"channel:c1","state":"failed"}}"#,
        r#"{"type":"ChannelDestroyed","cause":17,"cause_txt":"User busy","tech_cause":486,"channel":{"id":"c1","state":"Down"}}"#,
        r#"{"type":"ApplicationReplaced","application":"enrol"}"#,
        r#"{"type":"PlaybackFinished","playback":{"id":"x","target_uri":"bridge:b","state":"done"}}"#,
        r#"{"type":"StasisStart"}"#,
        r#"{"type":"ChannelDtmfReceived","digit":"4","channel":{"id":"c1"}}"#,
        r#"{"type":"ChannelDtmfReceived","digit":"4","timestamp":"2026-11-24T25:00:12.068+0000","channel":{"id":"c1"}}"#,
        "{}",
        "not JSON",
        "",
    ]);
    let failed = AriEvent::Played {
        id: "c1-2".to_owned(),
        is_failed: true,
        media: "sound:enrol/en/names/nobody".to_owned(),
    };
    let untimed = AriEvent::Key(KeyReport { key: '4', at_ms: None, pressed_ms: 0 });
    let busy = AriEvent::Destroyed { cause: 17, sip: Some(486) };
    assert_eq!(events, [AriEvent::Ringing, failed, busy, untimed.clone(), untimed]);
    assert!(event::is_replaced(r#"{"type":"ApplicationReplaced","application":"enrol"}"#));
    assert!(!event::is_replaced(r#"{"type":"StasisStart","application":"enrol"}"#));
}

fn settings(ari: &str) -> AsteriskSettings {
    AsteriskSettings {
        ari: ari.to_owned(),
        user: "enrol".to_owned(),
        password: Zeroizing::new("a password".to_owned()),
        application: "enrol".to_owned(),
        dial: "PJSIP/{number}@trunk".to_owned(),
        sounds: "enrol".to_owned(),
        from: None,
        vocabulary: crate::testing::vocabulary(),
    }
}

#[tokio::test]
async fn a_line_that_is_not_connected_says_so_and_holds_no_call() {
    // Nobody listens on the discard port (9) here.
    let line = AsteriskLine::start(settings("http://127.0.0.1:9/ari")).unwrap();
    let call = Call {
        id: CallId(Uuid::nil()),
        number: PhoneNumber::new("447700900123", "").unwrap(),
        script: test("47"),
        caller_id: None,
        ring_secs: 25,
        call_secs: 60,
    };
    assert!(matches!(Line::Asterisk(line.clone()).place(call).await, Err(LineFault::NotConnected)));
    assert!(!line.is_connected() && line.calls() == 0);
}

#[tokio::test]
async fn settings_that_leak_or_dial_nobody_are_refused() {
    let wrong = |change: fn(&mut AsteriskSettings)| {
        let mut settings = settings("http://127.0.0.1:9/ari");
        change(&mut settings);
        AsteriskLine::start(settings)
    };
    assert!(matches!(
        wrong(|settings| settings.ari = "http://192.0.2.1/ari".to_owned()),
        Err(AsteriskSettingsError::NotHttps)
    ));
    assert!(matches!(
        wrong(|settings| settings.application = "a&app=b".to_owned()),
        Err(AsteriskSettingsError::Name)
    ));
    assert!(matches!(
        wrong(|settings| settings.application = "a".repeat(65)),
        Err(AsteriskSettingsError::Name)
    ));
    for ari in ["https://user@192.0.2.1/ari", "HTTPS://asterisk.example/ari", "http://[::1]/ari"] {
        assert!(AsteriskLine::start(settings(ari)).is_ok(), "{ari}");
    }
    assert!(matches!(
        wrong(|settings| settings.sounds = "../x".to_owned()),
        Err(AsteriskSettingsError::Name)
    ));
    assert!(matches!(
        wrong(|settings| settings.dial = "PJSIP/trunk".to_owned()),
        Err(AsteriskSettingsError::Dial)
    ));
}
