//! A test call over HTTP, from asking to the enrolment that its number goes into.

use ::telephony::{Behaviour, Line, Pace as Speed, PracticeLine, PracticePhone};
use domain::{CallId, MethodKind, MethodRule, PhoneNumber, Wanted};
use protocol::{
    CallHeader, CallProgress, CallRequest, CallResponse, CallStep, HEADER_VERSION, NumberPayload,
    SealPurpose, SignInResponse, seal,
};

use super::flow::{Assistant, bearer, issued};
use super::*;
use engine::Calling;

pub(super) fn policy() -> Policy {
    let mut policy: Policy = toml::from_str(EXAMPLE_POLICY).expect("a policy");
    policy.methods.push(MethodRule { kind: MethodKind::PhoneCall, wanted: Wanted::Optional, retires: None });
    policy
}

pub(super) fn practice(behaviour: Behaviour) -> Calling {
    let phone = PracticePhone::by_itself(Speed::AT_ONCE, move |_| behaviour.clone());
    Calling::with_line(Line::Practice(PracticeLine::new(phone)))
}

pub(super) async fn rig_with_phone(behaviour: Behaviour) -> Rig {
    install_crypto();
    let folder = tempfile::tempdir().expect("a folder");
    let keys = Keys::generate(system_clock()()).expect("entropy");
    let settings = settings(folder.path());
    let running = start_calling(&settings, keys, policy(), practice(behaviour)).await.expect("starts");
    let client = Client::builder().no_proxy().build().expect("a client");
    Rig { running, client, folder }
}

impl Assistant<'_> {
    pub(super) fn call(&self, signed_in: &SignInResponse, digits: &str) -> CallRequest {
        let Self { rig, document, enrolment } = self;
        let call = CallId::from_uuid(enrolment.uuid());
        let header = CallHeader {
            v: HEADER_VERSION,
            service: document.service,
            key_id: document.envelope_key.id.clone(),
            policy_serial: document.serial,
            grant: signed_in.grant,
            call,
            time: rig.running.service().now(),
        };
        let plain = NumberPayload(PhoneNumber::new(digits, "").expect("a number")).encode();
        let number = seal(SealPurpose::Number, document.service, &document.envelope_key, &header, &plain);
        CallRequest { call, number: number.expect("seals") }
    }
}

#[tokio::test]
async fn a_number_is_called_and_each_event_is_reported() {
    let rig = rig_with_phone(Behaviour::RightKeys).await;
    let assistant = Assistant::of(&rig).await;
    assert!(assistant.document.practice, "the pages say that it is for practice");
    let signed_in: SignInResponse =
        sent(assistant.sign_in(issued(&rig).await)).await.json().await.expect("signed in");
    let session = signed_in.session.as_str();
    let request = assistant.call(&signed_in, "447700900123");
    let body = serde_json::to_vec(&request).expect("writes");
    let answer: CallResponse =
        sent(bearer(rig.post(paths::CALLS, body), session)).await.json().await.expect("taken");
    assert!(answer.digits.digits().is_some());
    let (mut after, mut steps) = (0, Vec::new());
    while steps.last() != Some(&CallStep::Confirmed) {
        let path = format!("{}?call={}&after={after}", paths::CALLS, request.call);
        let asked = std::time::Instant::now();
        let progress: CallProgress =
            sent(bearer(rig.ask(Method::GET, &path), session)).await.json().await.expect("progress");
        assert!(asked.elapsed() < Duration::from_secs(2), "told as it happens");
        for event in progress.events {
            after = event.number;
            steps.push(event.what);
        }
    }
    let last = [CallStep::Dialling, CallStep::Ringing, CallStep::Answered, CallStep::Confirmed];
    assert_eq!(steps[steps.len() - 4..], last);
    assert_eq!(
        sent(bearer(rig.post(paths::END_CALL, format!("{{\"call\":\"{}\"}}", request.call)), session))
            .await
            .status(),
        204
    );
    // A wrong number of the assistant's own making is refused in words that hold no digit of it.
    let refused = Assistant::of(&rig).await.call(&signed_in, "449098790123");
    let body = serde_json::to_vec(&refused).expect("writes");
    let problem = problem(bearer(rig.post(paths::CALLS, body), session)).await;
    assert_eq!(problem.code, ErrorCode::NumberRefused);
    assert!(!problem.message.contains(|c: char| c.is_ascii_digit()), "{problem:?}");
    let page = sent(rig.ask(Method::GET, paths::METRICS)).await.text().await.expect("a page");
    assert!(page.contains("enrol_calls_total{outcome=\"confirmed\"}"), "{page}");
    assert!(page.contains("enrol_calls_asked_total{outcome=\"number_refused\"}"), "{page}");
    assert!(!page.contains("900123"));
    rig.running.stop().await.expect("stops");
}

#[tokio::test]
async fn a_waiting_request_is_answered_when_the_service_stops() {
    let rig = rig_with_phone(Behaviour::ByHand).await;
    let assistant = Assistant::of(&rig).await;
    let signed_in: SignInResponse =
        sent(assistant.sign_in(issued(&rig).await)).await.json().await.expect("signed in");
    let request = assistant.call(&signed_in, "447700900123");
    let body = serde_json::to_vec(&request).expect("writes");
    let session = signed_in.session.as_str();
    assert_eq!(sent(bearer(rig.post(paths::CALLS, body), session)).await.status(), 200);
    let service = Arc::clone(rig.running.service());
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let following = tokio::spawn(async move {
        let mut after = 0;
        loop {
            let progress = service.call_progress(&signed_in.session, request.call, after).await;
            for event in progress.expect("one's own").events {
                after = event.number;
                tell.send(event.what).expect("the test listens");
                if event.what.is_end() {
                    return;
                }
            }
        }
    });
    let mut until = async |wanted: CallStep| {
        while let Some(step) = told.recv().await {
            if step == wanted {
                return;
            }
            assert!(!step.is_end(), "{step:?} instead of {wanted:?}");
        }
        panic!("the call ended without {wanted:?}");
    };
    until(CallStep::Ringing).await;
    rig.running.stop().await.expect("stops");
    until(CallStep::Fault).await;
    following.await.expect("followed");
}

#[tokio::test]
async fn a_practice_line_is_refused_where_others_could_reach_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (files, _) = certificate(folder.path(), "one");
    install_crypto();
    let settings = Settings {
        listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        hosts: vec!["enrol.example".to_owned()],
        tls: Some(files),
        ..settings(folder.path())
    };
    let keys = Keys::generate(system_clock()()).expect("entropy");
    let started = start_calling(&settings, keys, policy(), practice(Behaviour::ByHand)).await;
    let error = started.err().expect("refused");
    assert!(error.is_configuration() && error.to_string().contains("training"), "{error}");
    let keys = Keys::generate(system_clock()()).expect("entropy");
    let started = start_with(&settings, keys, policy()).await;
    assert!(matches!(started, Err(StartError::Open(OpenError::NoLine))), "and there is no other line");
}

#[tokio::test]
async fn the_providers_callbacks_are_accepted_as_forms_with_its_signature_only() {
    use ::telephony::{ProviderLine, ProviderSettings};
    install_crypto();
    let folder = tempfile::tempdir().expect("a folder");
    let line = ProviderLine::new(ProviderSettings {
        api: "https://provider.example".to_owned(),
        account: "AC00000000000000000000000000000001".to_owned(),
        secret: zeroize::Zeroizing::new("12345".to_owned()),
        from: "+441632960002".to_owned(),
        public: "https://enrol.example/calls/provider".to_owned(),
    });
    let calling = Calling::with_line(Line::Provider(line.expect("a line")));
    let keys = Keys::generate(system_clock()()).expect("entropy");
    let running = start_calling(&settings(folder.path()), keys, policy(), calling).await.expect("starts");
    let client = Client::builder().no_proxy().build().expect("a client");
    let rig = Rig { running, client, folder };
    assert!(!rig.running.service().policy_document().practice);
    const FORM: &str = "CallSid=CA00000000000000000000000000000001&CallStatus=completed";
    // Of the address as the provider knows it, and the form, with the account's secret.
    const SIGNATURE: &str = "zQ8aWCyu7+uy5zA5hooYaQTKdWc=";
    let post = |path: &str, form: &str, signature: &str| {
        rig.ask(Method::POST, &format!("/calls/provider/{path}"))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8")
            .header("X-Twilio-Signature", signature)
            .body(form.to_owned())
    };
    let answer = sent(post("aToken/status", FORM, SIGNATURE)).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()[CONTENT_TYPE], "text/xml; charset=utf-8");
    assert!(answer.text().await.expect("a document").contains("<Hangup/>"), "no call of ours");
    for (path, form, signature) in [
        ("aToken/status", FORM, ""),
        ("aToken/status", &FORM.replace("completed", "ringing"), SIGNATURE),
        ("aToken/words/1", FORM, SIGNATURE),
        ("aToken/status?x=1", FORM, SIGNATURE),
    ] {
        assert_eq!(code(post(path, form, signature)).await, ErrorCode::NotAllowed, "{path} {form}");
    }
    let elsewhere =
        rig.ask(Method::POST, paths::SIGN_OUT).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    assert_eq!(code(elsewhere.body("")).await, ErrorCode::UnsupportedMediaType);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn held_sign_ins_leave_room_for_other_requests() {
    let folder = tempfile::tempdir().expect("a folder");
    install_crypto();
    let keys = Keys::generate(system_clock()()).expect("entropy");
    let settings = Settings {
        flood: Flood { per_second: 0, max_in_flight: 2, ..Flood::default() },
        ..settings(folder.path())
    };
    let running =
        start_calling(&settings, keys, policy(), practice(Behaviour::ByHand)).await.expect("starts");
    let client = Client::builder().no_proxy().build().expect("a client");
    let rig = Rig { running, client, folder };
    let assistant = Assistant::of(&rig).await;
    let signed_in: SignInResponse =
        sent(assistant.sign_in(issued(&rig).await)).await.json().await.expect("signed in");
    let session = signed_in.session.as_str();
    let request = assistant.call(&signed_in, "447700900123");
    let body = serde_json::to_vec(&request).expect("writes");
    assert_eq!(sent(bearer(rig.post(paths::CALLS, body), session)).await.status(), 200);
    let key = rig.running.service().add_client("rds", &[], "a test").await.expect("added").key;
    let question =
        r#"{"key":"0190a5f0-0000-7000-8000-00000000000a","sign_in_name":"jsmith","what":"remote desktop"}"#;
    let answer = sent(bearer(rig.post(paths::APPROVALS, question), &key)).await;
    let answer: protocol::ApprovalResponse = answer.json().await.expect("an answer");
    assert_eq!(answer.outcome, protocol::ApprovalOutcome::NotEnrolled, "no phone was accepted yet");
    // As many requests wait for the next event as may, and there is still room for others.
    let waiting: Vec<_> = (0..16)
        .map(|_| {
            let path = format!("{}?call={}&after=99", paths::CALLS, request.call);
            let follow = bearer(rig.ask(Method::GET, &path), session);
            tokio::spawn(async move {
                // Two arrive at a time. One that finds no room is sent again.
                let follows = || async {
                    let answer = sent(follow.try_clone().expect("no body")).await;
                    (answer.status() == 200).then_some(())
                };
                eventually("a place to wait", 60, follows).await;
            })
        })
        .collect();
    let is_one_more_refused = || async {
        let asked = rig.running.service().call_progress(&signed_in.session, request.call, 99);
        let refusal = tokio::time::timeout(Duration::from_millis(100), asked).await.ok()?.err()?;
        (refusal.code == ErrorCode::TryLater).then_some(())
    };
    eventually("as many to wait as may", 10, is_one_more_refused).await;
    assert_eq!(sent(bearer(rig.ask(Method::GET, paths::ME), session)).await.status(), 200);
    assert!(waiting.iter().all(|waiting| !waiting.is_finished()));
    for waiting in waiting {
        waiting.abort();
    }
    rig.running.stop().await.expect("stops");
}
