//! Every endpoint, knocked at with no credential, an expired one, another person's, and one for something else.
//!
//! The rows stand against the service's own table: a new endpoint without its row fails here.

mod cast;

use api::{Access, table};
use cast::Cast;
use domain::EnrolmentCode;
use protocol::{
    ApprovalOutcome, ApprovalResponse, ErrorCode, MeResponse, SealPurpose, StationAssertion, StationSigner,
    VerifyOutcome, VerifyResponse, paths,
};
use reqwest::{Method, RequestBuilder};

use super::harness::{Asking as _, HOME};
use super::people::{Assistant, SignedIn, posted, question, stranger_code, verified};

/// What is shown at the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    Expired,
    AnothersOwn,
    ForSomethingElse,
}

const ALL: [Shown; 4] = [Shown::Nothing, Shown::Expired, Shown::AnothersOwn, Shown::ForSomethingElse];

/// What must come of it.
enum Expected {
    Refused(ErrorCode),
    /// It tells everybody the same.
    AsToAnybody,
    /// It speaks of this person alone, whoever else is meant.
    Only(&'static str),
    /// Nobody is asked for an approval.
    NotAsked,
    /// Done, to nothing: nothing of it is anybody's.
    Done,
    /// An answer that lets nobody in.
    Outcome(VerifyOutcome),
}

use Expected::{AsToAnybody, Done, NotAsked, Only, Outcome, Refused};

struct Knock {
    what: &'static str,
    request: RequestBuilder,
    expected: Expected,
}

fn knock(what: &'static str, request: RequestBuilder, expected: Expected) -> Knock {
    Knock { what, request: request.at(HOME), expected }
}

impl Cast {
    /// The row of a path for what is shown.
    fn knocks(&self, method: &Method, path: &str, shown: Shown) -> Vec<Knock> {
        match (method.as_str(), path) {
            ("GET", paths::POLICY | paths::HEALTH | paths::READY | paths::OPENAPI) => {
                self.anybody(path, shown)
            }
            ("GET", paths::CLOCK) => self.anybody(&format!("{path}?nonce=0123456789abcdef"), shown),
            ("GET", paths::METRICS) => self.metrics(shown),
            ("POST", paths::SIGN_IN) => self.sign_in(shown),
            ("POST", paths::STATIONS) => self.stations(shown),
            ("POST", paths::ENROLMENTS) => self.enrolments(shown),
            ("GET", paths::ME) => {
                self.session_only(&|query| self.harness.line.get(&format!("{path}{query}")), shown)
            }
            ("POST", paths::NOT_ME | paths::SIGN_OUT) => {
                self.session_only(&|query| self.harness.line.post(&format!("{path}{query}"), "{}"), shown)
            }
            ("POST", paths::CALLS) => self.calls(shown),
            ("GET", paths::CALLS) => self.call_progress(shown),
            ("POST", paths::END_CALL) => self.end_call(shown),
            ("POST", paths::PROVIDER) => self.provider(shown),
            ("POST", paths::APPROVALS) => self.approvals(shown),
            ("POST", paths::VERIFY) => self.verify(shown),
            (method, path) => panic!("{method} {path} has no row here: who may call it, and with what?"),
        }
    }

    fn anybody(&self, path: &str, shown: Shown) -> Vec<Knock> {
        let get = || self.harness.line.get(path);
        match shown {
            Shown::Nothing => vec![knock("nothing", get(), AsToAnybody)],
            Shown::Expired => vec![knock("an old session", get().showing(self.old_session()), AsToAnybody)],
            Shown::AnothersOwn => {
                vec![knock("a session", get().showing(self.jo.session().as_str()), AsToAnybody)]
            }
            Shown::ForSomethingElse => vec![knock("a key", get().showing(&self.key), AsToAnybody)],
        }
    }

    fn metrics(&self, shown: Shown) -> Vec<Knock> {
        let get = || self.harness.line.get(paths::METRICS);
        let no = || Refused(ErrorCode::NotAllowed);
        match shown {
            Shown::Nothing => vec![knock("nothing", get(), no())],
            Shown::Expired => vec![knock("an old session", get().showing(self.old_session()), no())],
            Shown::AnothersOwn => vec![knock("a session", get().showing(self.jo.session().as_str()), no())],
            Shown::ForSomethingElse => vec![
                knock("a key", get().showing(&self.key), no()),
                knock("this computer, says the stranger", get().header("forwarded", "for=127.0.0.1"), no()),
            ],
        }
    }

    fn sign_in(&self, shown: Shown) -> Vec<Knock> {
        let (harness, now) = (&self.harness, self.harness.now());
        let fresh = || self.jo.assistant.another(now);
        let post = |sealed| posted(&harness.line, paths::SIGN_IN, &sealed);
        let with_code = |code: &EnrolmentCode| post(fresh().sign_in(code, now));
        match shown {
            Shown::Nothing => vec![
                knock("nothing", harness.line.post(paths::SIGN_IN, "{}"), Refused(ErrorCode::BadRequest)),
                knock("a guess", with_code(&stranger_code()), Refused(ErrorCode::CodeUnknown)),
                knock(
                    "a guess and a session",
                    with_code(&stranger_code()).showing(self.jo.session().as_str()),
                    Refused(ErrorCode::CodeUnknown),
                ),
            ],
            Shown::Expired => vec![
                knock("an old code", with_code(&self.expired_code), Refused(ErrorCode::CodeExpired)),
                knock("a withdrawn code", with_code(&self.revoked_code), Refused(ErrorCode::CodeRevoked)),
            ],
            Shown::AnothersOwn => {
                // Kim's code for the enrolment that Jo began.
                let thief = Assistant { enrolment: self.jo.assistant.enrolment, ..fresh() };
                let sealed = thief.sign_in(&self.kims_code, now);
                // As the station in the staff room, without its key.
                let guess = fresh().sign_in(&self.kims_code, now);
                let mark = StationSigner::from_bytes(&[1; 32]).sign_assertion(self.station, &guess);
                let as_station = |mark: StationAssertion| {
                    post(guess.clone())
                        .header("authorization", format!("{} {mark}", StationAssertion::SCHEME))
                };
                let of_another = self.station_key.sign_assertion(self.station, &sealed);
                vec![
                    knock("Jo's enrolment", post(sealed), Refused(ErrorCode::EnrolmentConflict)),
                    knock("a station's name", as_station(mark), Refused(ErrorCode::StationUnknown)),
                    knock(
                        "a station's word for another",
                        as_station(of_another),
                        Refused(ErrorCode::StationUnknown),
                    ),
                ]
            }
            Shown::ForSomethingElse => {
                let me = fresh();
                let enrolment = me.seal(
                    SealPurpose::Enrolment,
                    &me.sign_in_header(now),
                    &me.sign_in_plain(&self.kims_code),
                );
                let inside = me.seal(SealPurpose::SignIn, &me.sign_in_header(now), &self.kim.plain(now));
                vec![
                    knock(
                        "an enrolment's envelope",
                        post(self.kim.submission(now)),
                        Refused(ErrorCode::BadRequest),
                    ),
                    knock("an enrolment's seal", post(enrolment), Refused(ErrorCode::EnvelopeUnreadable)),
                    knock("an enrolment inside", post(inside), Refused(ErrorCode::EnvelopeUnreadable)),
                ]
            }
        }
    }

    fn stations(&self, shown: Shown) -> Vec<Knock> {
        let (harness, now) = (&self.harness, self.harness.now());
        let (me, key) = (self.jo.assistant.another(now), StationSigner::from_bytes(&[1; 32]).key());
        let post = |sealed| posted(&harness.line, paths::STATIONS, &sealed);
        let with_code = |code: &EnrolmentCode| post(me.station(code, key, now));
        match shown {
            Shown::Nothing => vec![
                knock("nothing", harness.line.post(paths::STATIONS, "{}"), Refused(ErrorCode::BadRequest)),
                knock("a guess", with_code(&stranger_code()), Refused(ErrorCode::CodeUnknown)),
            ],
            Shown::Expired => vec![
                knock("an old code", with_code(&self.expired_station), Refused(ErrorCode::CodeExpired)),
                knock("a withdrawn code", with_code(&self.revoked_station), Refused(ErrorCode::CodeRevoked)),
            ],
            Shown::AnothersOwn => {
                vec![knock("another's code", with_code(&self.used_station), Refused(ErrorCode::CodeUsed))]
            }
            Shown::ForSomethingElse => {
                let header = me.station_header(key, now);
                let seal = me.seal(SealPurpose::SignIn, &header, &me.sign_in_plain(&self.kims_code));
                let inside = me.seal(SealPurpose::Station, &header, &me.sign_in_plain(&self.kims_code));
                vec![
                    knock("a person's code", with_code(&self.kims_code), Refused(ErrorCode::CodeUnknown)),
                    knock(
                        "a sign-in's envelope",
                        post(me.sign_in(&self.kims_code, now)),
                        Refused(ErrorCode::BadRequest),
                    ),
                    knock("a sign-in's seal", post(seal), Refused(ErrorCode::EnvelopeUnreadable)),
                    knock("a sign-in inside", post(inside), Refused(ErrorCode::EnvelopeUnreadable)),
                ]
            }
        }
    }

    fn enrolments(&self, shown: Shown) -> Vec<Knock> {
        let (harness, now) = (&self.harness, self.harness.now());
        let post = |sealed| posted(&harness.line, paths::ENROLMENTS, &sealed);
        match shown {
            Shown::Nothing => {
                let header = protocol::EnrolmentHeader {
                    grant: domain::GrantId::from_uuid(uuid::Uuid::from_u128(1)),
                    ..self.jo.header(now)
                };
                let sealed = self.jo.assistant.seal(SealPurpose::Enrolment, &header, &self.jo.plain(now));
                vec![
                    knock(
                        "nothing",
                        harness.line.post(paths::ENROLMENTS, "{}"),
                        Refused(ErrorCode::BadRequest),
                    ),
                    knock("an invented right", post(sealed), Refused(ErrorCode::GrantUnknown)),
                ]
            }
            Shown::Expired => {
                vec![knock(
                    "a right that passed",
                    post(self.late.submission(now)),
                    Refused(ErrorCode::GrantExpired),
                )]
            }
            Shown::AnothersOwn => {
                let sealed = self.kim.assistant.seal(
                    SealPurpose::Enrolment,
                    &self.jo.header(now),
                    &self.kim.plain(now),
                );
                vec![
                    knock(
                        "Kim's token on Jo's right",
                        post(sealed.clone()),
                        Refused(ErrorCode::GrantUnknown),
                    ),
                    knock(
                        "and Jo's session",
                        post(sealed).showing(self.jo.session().as_str()),
                        Refused(ErrorCode::GrantUnknown),
                    ),
                ]
            }
            Shown::ForSomethingElse => {
                let sign_in = self.jo.assistant.sign_in(&self.kims_code, now);
                let seal =
                    self.jo.assistant.seal(SealPurpose::SignIn, &self.jo.header(now), &self.jo.plain(now));
                let inside = self.jo.assistant.seal(
                    SealPurpose::Enrolment,
                    &self.jo.header(now),
                    &self.jo.assistant.sign_in_plain(&self.kims_code),
                );
                vec![
                    knock("a sign-in's envelope", post(sign_in), Refused(ErrorCode::BadRequest)),
                    knock("a sign-in's seal", post(seal), Refused(ErrorCode::EnvelopeUnreadable)),
                    knock("a sign-in inside", post(inside), Refused(ErrorCode::EnvelopeUnreadable)),
                ]
            }
        }
    }

    fn session_only(&self, request: &dyn Fn(&str) -> RequestBuilder, shown: Shown) -> Vec<Knock> {
        let refused = |what, credential: &str| {
            knock(what, request("").showing(credential), Refused(ErrorCode::NotSignedIn))
        };
        match shown {
            Shown::Nothing => vec![knock("nothing", request(""), Refused(ErrorCode::NotSignedIn))],
            Shown::Expired => vec![
                knock(
                    "an old session",
                    request("").showing(self.old_session()),
                    Refused(ErrorCode::SessionExpired),
                ),
                refused("a session of a month ago", self.late.session().as_str()),
            ],
            // There is nothing to name another by: a session speaks of its own person alone.
            Shown::AnothersOwn => {
                let naming = format!("?person={}&sign_in_name=jo", self.jo.answer.person.id);
                let asked = request(&naming).showing(self.kim.session().as_str());
                vec![knock("Kim's, naming Jo", asked, Only("kim"))]
            }
            Shown::ForSomethingElse => vec![
                refused("a relying party's key", &self.key),
                refused("a grant's token", &self.grant_token()),
                refused("a grant's id", &self.jo.answer.grant.to_string()),
                refused("a code from IT", &self.kims_code.printed()),
                refused("the service's own key", &self.harness.running.identity_key.to_string()),
            ],
        }
    }

    fn calls(&self, shown: Shown) -> Vec<Knock> {
        let line = &self.harness.line;
        let ask = |purpose| {
            let body = serde_json::to_string(&self.next_call(purpose)).expect("writes");
            line.post(paths::CALLS, body)
        };
        let number = || ask(SealPurpose::Number);
        match shown {
            Shown::Nothing => vec![
                knock("nothing", line.post(paths::CALLS, "{}"), Refused(ErrorCode::NotSignedIn)),
                knock("a good envelope", number(), Refused(ErrorCode::NotSignedIn)),
            ],
            Shown::AnothersOwn => vec![knock(
                "Jo's envelope in Kim's session",
                number().showing(self.kim.session().as_str()),
                Refused(ErrorCode::NotAllowed),
            )],
            Shown::Expired => self.session_only(&|_| number(), shown),
            Shown::ForSomethingElse => {
                let mut knocks = self.session_only(&|_| number(), shown);
                let sealed = ask(SealPurpose::Enrolment).showing(self.jo.session().as_str());
                knocks.push(knock("an enrolment's seal", sealed, Refused(ErrorCode::EnvelopeUnreadable)));
                knocks
            }
        }
    }

    fn call_progress(&self, shown: Shown) -> Vec<Knock> {
        let path = format!("{}?call={}&after=0", paths::CALLS, self.jos_call);
        let read = |_: &str| self.harness.line.get(&path);
        match shown {
            Shown::AnothersOwn => {
                let asked = read("").showing(self.kim.session().as_str());
                vec![knock("Jo's call, by Kim", asked, Refused(ErrorCode::NotAllowed))]
            }
            Shown::Nothing | Shown::Expired | Shown::ForSomethingElse => self.session_only(&read, shown),
        }
    }

    fn end_call(&self, shown: Shown) -> Vec<Knock> {
        let body = format!("{{\"call\":\"{}\"}}", self.jos_call);
        let end = || self.harness.line.post(paths::END_CALL, body.clone());
        match shown {
            Shown::AnothersOwn => {
                vec![knock("Kim's, naming Jo's call", end().showing(self.kim.session().as_str()), Done)]
            }
            Shown::Nothing | Shown::Expired | Shown::ForSomethingElse => self.session_only(&|_| end(), shown),
        }
    }

    /// There is no provider here, so there is nothing to knock at. With one its signature is asked for: `telephony`.
    fn provider(&self, shown: Shown) -> Vec<Knock> {
        let path = format!("{}token/status", paths::PROVIDER_PREFIX);
        let post = || self.harness.line.post(&path, "CallSid=CA1").header("x-twilio-signature", "bm8=");
        let credential = match shown {
            Shown::Nothing => return vec![knock("nothing", post(), Refused(ErrorCode::NotFound))],
            Shown::Expired => self.old_session(),
            Shown::AnothersOwn => self.jo.session().as_str(),
            Shown::ForSomethingElse => &self.key,
        };
        vec![knock("a credential", post().showing(credential), Refused(ErrorCode::NotFound))]
    }

    /// Lee and Mo have no phone, so nobody is called: to the right key the answer is that, and to all others nothing.
    fn approvals(&self, shown: Shown) -> Vec<Knock> {
        let ask = |name: &str| {
            let question = serde_json::json!({
                "key": "0190a5f0-0000-7000-8000-00000000000a", "sign_in_name": name, "what": "remote desktop",
            });
            self.harness.line.post(paths::APPROVALS, question.to_string())
        };
        let refused =
            |what, credential: &str, code| knock(what, ask("lee").showing(credential), Refused(code));
        match shown {
            Shown::Nothing => vec![knock("nothing", ask("lee"), Refused(ErrorCode::NotSignedIn))],
            Shown::Expired => vec![refused("a withdrawn key", &self.revoked_key, ErrorCode::NotSignedIn)],
            Shown::AnothersOwn => vec![
                refused("a key of elsewhere", &self.far_key, ErrorCode::NotAllowed),
                knock("for nobody", ask("x").showing(&self.key), NotAsked),
                knock("for who has no phone", ask("lee").showing(&self.key), NotAsked),
            ],
            Shown::ForSomethingElse => vec![
                refused("a session", self.jo.session().as_str(), ErrorCode::NotSignedIn),
                refused("a grant's token", &self.grant_token(), ErrorCode::NotSignedIn),
                refused("a code from IT", &self.kims_code.printed(), ErrorCode::NotSignedIn),
            ],
        }
    }

    fn verify(&self, shown: Shown) -> Vec<Knock> {
        let right = self.lee.code(self.harness.now());
        let ask = |name: &str| question(&self.harness.line, name, &right, Some(HOME));
        let refused =
            |what, credential: &str, code| knock(what, ask("lee").showing(credential), Refused(code));
        match shown {
            Shown::Nothing => vec![knock("nothing", ask("lee"), Refused(ErrorCode::NotSignedIn))],
            Shown::Expired => vec![refused("a withdrawn key", &self.revoked_key, ErrorCode::NotSignedIn)],
            Shown::AnothersOwn => vec![
                refused("a key of elsewhere", &self.far_key, ErrorCode::NotAllowed),
                knock("Lee's code for Mo", ask("mo").showing(&self.key), Outcome(VerifyOutcome::Refused)),
                knock("Lee's code for Jo", ask("jo").showing(&self.key), Outcome(VerifyOutcome::NotEnrolled)),
                knock(
                    "Lee's code for nobody",
                    ask("x").showing(&self.key),
                    Outcome(VerifyOutcome::NotEnrolled),
                ),
            ],
            Shown::ForSomethingElse => vec![
                refused("a session", self.jo.session().as_str(), ErrorCode::NotSignedIn),
                refused("a grant's token", &self.grant_token(), ErrorCode::NotSignedIn),
                refused("a code from IT", &self.kims_code.printed(), ErrorCode::NotSignedIn),
                refused("a key cut short", &self.key[..self.key.len() - 1], ErrorCode::NotSignedIn),
            ],
        }
    }
}

#[tokio::test]
async fn no_endpoint_opens_to_nothing_nor_to_what_is_expired_anothers_or_for_something_else() {
    let cast = Cast::gather().await;
    let names = ["person jo", "person kim", "person lee", "person late"];
    let before = cast.harness.kept().await;
    let mut knocks = 0;
    for route in table() {
        for shown in ALL {
            // These two change something for the one who asks; what they do to others is the next scenario.
            let ends_a_session = matches!(route.path, paths::NOT_ME | paths::SIGN_OUT);
            if ends_a_session && shown == Shown::AnothersOwn {
                continue;
            }
            let row = cast.knocks(&route.method, route.path, shown);
            assert!(!row.is_empty(), "{} {shown:?}: nothing is tried", route.path);
            let open = row.iter().any(|knock| !matches!(knock.expected, Refused(_)));
            let may_be_open = route.access == Access::Anyone || shown == Shown::AnothersOwn;
            assert!(!open || may_be_open, "{} {shown:?} is open", route.path);
            for Knock { what, request, expected } in row {
                let answer = request.answer().await;
                let about = format!("{} {shown:?}, {what}: {}", route.path, answer.text());
                knocks += 1;
                match expected {
                    Refused(code) => assert_eq!(answer.refusal(), Some(code), "{about}"),
                    AsToAnybody => {
                        assert_eq!(answer.status, 200, "{about}");
                        assert!(!names.iter().any(|name| answer.text().contains(name)), "{about}");
                    }
                    Only(name) => {
                        let me: MeResponse = answer.read();
                        assert_eq!(me.person.sign_in_name.as_str(), name, "{about}");
                        assert_eq!(
                            names.iter().filter(|name| answer.text().contains(*name)).count(),
                            1,
                            "{about}"
                        );
                    }
                    NotAsked => assert_eq!(
                        answer.read::<ApprovalResponse>().outcome,
                        ApprovalOutcome::NotEnrolled,
                        "{about}"
                    ),
                    Done => assert_eq!((answer.status, answer.text().as_str()), (204, ""), "{about}"),
                    Outcome(outcome) => {
                        assert_eq!(answer.read::<VerifyResponse>().outcome, outcome, "{about}");
                    }
                }
            }
        }
    }
    assert!(knocks > 70, "{knocks}");
    assert_eq!(cast.harness.kept().await, before, "nothing but counts and the audit changed");

    // The same endpoints open to whom they should.
    let Cast { harness, jo, kim, lee, key, .. } = &cast;
    let me: MeResponse = harness.line.get(paths::ME).showing(jo.session().as_str()).answer().await.read();
    assert_eq!(me.person.sign_in_name.as_str(), "jo");
    assert_eq!(
        posted(&harness.line, paths::ENROLMENTS, &kim.submission(harness.now())).answer().await.refusal(),
        None
    );
    let verified = verified(&harness.line, key, "lee", &lee.code(harness.now()), HOME).await;
    assert_eq!(verified.outcome, VerifyOutcome::Accepted);
    assert_eq!(harness.line.get(paths::METRICS).answer().await.status, 200, "from this computer");
}

#[tokio::test]
async fn ending_ones_own_session_ends_nothing_of_another() {
    let cast = Cast::gather().await;
    let Cast { harness, jo, kim, .. } = &cast;
    for path in [paths::NOT_ME, paths::SIGN_OUT] {
        let [Knock { request, .. }] = cast
            .knocks(&Method::POST, path, Shown::AnothersOwn)
            .try_into()
            .unwrap_or_else(|_| panic!("{path}: one knock"));
        let answer = request.answer().await;
        // The first ends Kim's session and right; so the second finds none.
        let expected = if path == paths::NOT_ME { None } else { Some(ErrorCode::NotSignedIn) };
        assert_eq!(answer.refusal(), expected, "{path}");
        let me: MeResponse = harness.line.get(paths::ME).showing(jo.session().as_str()).answer().await.read();
        assert_eq!(me.person.sign_in_name.as_str(), "jo", "{path}");
    }
    let post = async |who: &SignedIn| {
        posted(&harness.line, paths::ENROLMENTS, &who.submission(harness.now()))
            .at(HOME)
            .answer()
            .await
            .refusal()
    };
    assert_eq!(post(kim).await, Some(ErrorCode::GrantRevoked));
    assert_eq!(post(jo).await, None);
}
