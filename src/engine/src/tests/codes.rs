//! IT issues and revokes codes.

use domain::SchoolId;
use protocol::{ErrorCode, VerifyOutcome};

use super::on_both;
use super::world::{World, actor, because, new_person, outside};
use crate::{CodeError, CodeProgress, ListedCode, NewPerson, PersonError, Reason};

on_both! {
    async fn a_code_lasts_as_long_as_it_was_given(world: World) {
        let issue = async |hours| world.service.issue_code(new_person("a"), "tests", hours, None).await;
        assert_eq!(issue(None).await.expect("a code").expires_at, world.now().plus_secs(14 * 86_400));
        assert_eq!(issue(Some(720)).await.expect("a code").expires_at, world.now().plus_secs(30 * 86_400));
        for hours in [0, 721, u32::MAX] {
            assert!(matches!(issue(Some(hours)).await, Err(CodeError::Lifetime(_))));
        }
    }

    async fn what_cannot_be_is_refused(world: World) {
        let nowhere = NewPerson { school: SchoolId("nowhere".to_owned()), ..new_person("a") };
        assert!(matches!(world.service.issue_code(nowhere, "tests", None, None).await, Err(CodeError::School(_))));
        for reason in ["", "  ", "a\nb", &"x".repeat(201)] {
            assert!(Reason::new(reason).is_err(), "{reason:?}");
        }
        for which in ["", "x", "AAAAA-AAAAA", "01938f5e-7a2b-7c3d-8e4f-5a6b7c8d9e0f", &world.wrong_code().printed()] {
            let revoked = world.service.revoke_code(which, actor("why")).await;
            assert!(matches!(revoked, Err(CodeError::Unknown)), "{which}");
        }
    }

    async fn a_code_is_revoked_once_by_its_id_or_by_itself(world: World) {
        for by_id in [true, false] {
            let issued = world.service.issue_code(new_person("a"), "tests", None, None).await.expect("a code");
            let which = if by_id { issued.id.to_string() } else { issued.code.printed().to_lowercase() };
            assert_eq!(world.service.revoke_code(&which, actor("lost")).await.expect("revokes").person, issued.person);
            assert!(matches!(world.service.revoke_code(&which, actor("lost")).await, Err(CodeError::Revoked)));
        }
    }

    async fn a_newer_code_ends_the_older_and_what_they_gave(world: World) {
        let issue = async |replace| world.service.issue_code(new_person("a"), "tests", None, replace).await.expect("a code");
        let one = issue(None).await;
        assert_eq!((one.codes_ended, one.grants_ended), (0, 0));
        let older = world.sign_in(&one.code, outside()).await.expect("signs in");
        let two = issue(None).await;
        assert_eq!((two.codes_ended, two.grants_ended), (1, 1));
        assert_eq!(world.audited("code-revoked").await, 1);
        assert_eq!(world.refused_sign_in(&one.code, outside()).await, ErrorCode::CodeReplaced);
        assert_eq!(world.accept(&older.post(&world)).await, Err(ErrorCode::GrantRevoked));
        let newer = world.sign_in(&two.code, outside()).await.expect("signs in");
        world.accept(&newer.post(&world)).await.expect("accepted");
        let (three, four) = (issue(because("new phone")).await, issue(because("another")).await);
        assert_eq!((three.codes_ended, four.codes_ended), (0, 1), "a used code has ended already");
        assert_eq!(world.refused_sign_in(&one.code, outside()).await, ErrorCode::CodeReplaced);
        assert_eq!(world.refused_sign_in(&three.code, outside()).await, ErrorCode::CodeReplaced);
        assert!(world.sign_in(&four.code, outside()).await.is_ok());
        let other = world.service.issue_code(new_person("b"), "tests", None, None).await.expect("a code");
        assert_eq!(other.codes_ended, 0, "nobody else's");
    }

    async fn a_code_is_replaced_only_by_a_newer_one_that_counts(world: World) {
        let issue = async || world.service.issue_code(new_person("a"), "tests", None, None).await.expect("a code");
        let (one, _other) = (issue().await, world.code_for("b").await);
        let two = issue().await;
        assert_eq!(world.refused_sign_in(&one.code, outside()).await, ErrorCode::CodeReplaced);
        // Withdrawn, the newer one counts no more, and an older one is none to be used in its place.
        world.service.revoke_code(&two.id.to_string(), actor("lost")).await.expect("revokes");
        for code in [&one.code, &two.code] {
            assert_eq!(world.refused_sign_in(code, outside()).await, ErrorCode::CodeRevoked);
        }
        let three = world.service.issue_code(new_person("a"), "tests", Some(1), None).await.expect("a code");
        assert_eq!(world.refused_sign_in(&two.code, outside()).await, ErrorCode::CodeReplaced);
        world.pass_secs(3600);
        assert_eq!(world.refused_sign_in(&two.code, outside()).await, ErrorCode::CodeRevoked, "both are old");
        assert_eq!(world.refused_sign_in(&three.code, outside()).await, ErrorCode::CodeExpired);
    }

    async fn codes_are_listed_until_they_have_ended_and_say_how_far_they_have_come(world: World) {
        let progress = async |name: &str| {
            let listed = world.service.codes(None).await.expect("lists");
            let of = |code: &&ListedCode| code.person.sign_in_name.as_str() == name;
            listed.iter().find(of).map(|code| (code.progress, code.sign_ins))
        };
        let begun = world.code_for("begun").await;
        assert_eq!(progress("begun").await, Some((CodeProgress::Unused, 0)));
        for sign_ins in 1..=5 {
            world.sign_in(&begun, outside()).await.expect("signs in");
            let expected = if sign_ins < 5 { CodeProgress::Begun } else { CodeProgress::UsedUp };
            assert_eq!(progress("begun").await, Some((expected, sign_ins)));
        }
        world.enrolled("done").await;
        world.code_for("gone").await;
        world.service.record_departure("gone", actor("left")).await.expect("left");
        assert_eq!((progress("done").await, progress("gone").await), (None, None));
        world.pass_secs(14 * 86_400);
        assert_eq!(progress("begun").await, Some((CodeProgress::Expired, 5)));
        let nowhere = SchoolId("nowhere".to_owned());
        assert!(matches!(world.service.codes(Some(&nowhere)).await, Err(CodeError::School(_))));
        let willow = SchoolId("willow".to_owned());
        assert!(world.service.codes(Some(&willow)).await.expect("lists").is_empty());
    }

    async fn a_code_to_replace_counts_only_for_what_was_there_when_it_was_issued(world: World) {
        world.enrolled("a").await;
        let issued = world.service.issue_code(new_person("a"), "tests", None, because("new phone")).await.expect("a code");
        let stray = world.stray_code(&issued).await;
        let assistant = world.sign_in(&issued.code, outside()).await.expect("signs in");
        world.accept(&assistant.post(&world)).await.expect("accepted");
        assert_eq!(world.refused_sign_in(&stray, outside()).await, ErrorCode::CodeRevoked);
    }

    async fn a_person_is_one_person_however_the_name_is_written(world: World) {
        let first = world.service.issue_code(new_person("JSmith"), "tests", None, None).await.expect("a code");
        let married = NewPerson { name: domain::Label::new("Jo Brown").expect("a label"), ..new_person("jsmith") };
        let second = world.service.issue_code(NewPerson { rename: true, ..married }, "tests", None, None).await.expect("a code");
        assert_eq!(first.person, second.person);
        let assistant = world.sign_in(&second.code, outside()).await.expect("signs in");
        assert_eq!(assistant.answer.person.name.as_str(), "Jo Brown");
    }

    async fn a_name_in_another_unicode_form_is_the_same_person_or_refused(world: World) {
        let pairs = [
            ("si\u{e2}n.evans", "sia\u{302}n.evans"),
            ("sia\u{302}n.evans", "si\u{e2}n.evans"),
            ("SI\u{c2}N.EVANS", "sia\u{302}n.evans"),
            ("sprice", "\u{ff53}\u{ff50}\u{ff52}\u{ff49}\u{ff43}\u{ff45}"),
            ("sprice", "spr\u{ad}ice"),
            ("sprice", "sprice\u{fe0f}"),
            ("sprice", "sprice\u{34f}"),
            ("sprice", "sprice\u{180e}"),
            ("z.o'neill", "z.o\u{2019}neill"),
            ("jane smith", "jane\u{a0}smith"),
        ];
        for (left, right) in pairs {
            let assistant = world.enrolled(left).await;
            // A relying party may send the name in any form.
            world.pass_secs(60);
            let answer = world.verify(right, &assistant.phone.code(world.now()), outside()).await;
            assert_eq!(answer.outcome, VerifyOutcome::Accepted, "{left:?} {right:?}");
            // The other form gets no second person.
            let again = NewPerson { name: new_person(left).name, ..new_person(right) };
            match world.service.issue_code(again, "tests", None, None).await {
                Err(CodeError::Enrolled) => {}
                Err(error @ CodeError::SignInName(_)) => {
                    let hidden = domain::invisible_in(right).expect("only what cannot be seen is refused");
                    assert!(error.to_string().contains(&format!("U+{:04X}", u32::from(hidden))), "{error}");
                }
                other => panic!("{left:?} {right:?}: {other:?}"),
            }
            let exported = world.service.export_person(right, "tests").await.expect("exports");
            assert_eq!(exported.tables[0].rows[0]["sign_in_name"], left);
            // Nobody is erased by another form than the stored one.
            let refused = world.service.erase_person(right, actor("asked")).await;
            assert!(matches!(refused, Err(PersonError::OtherSpelling(_))), "{left:?} {right:?}: {refused:?}");
            world.service.erase_person(left.to_uppercase().as_str(), actor("asked")).await.expect("erased");
            assert!(world.service.export_person(right, "tests").await.is_err(), "{left:?} {right:?}");
        }
    }

    async fn a_slip_in_the_sign_in_name_renames_no_colleague(world: World) {
        let code = world.code_for("jsmith").await;
        let name = domain::Label::new("Jane Smithers").expect("a label");
        for other in [
            NewPerson { name, ..new_person("jsmith") },
            NewPerson { school: SchoolId("rowan".to_owned()), ..new_person("jsmith") },
        ] {
            let refused = world.service.issue_code(other, "tests", None, None).await;
            let Err(CodeError::OtherPerson { sign_in_name, name, school }) = refused else { panic!("{refused:?}") };
            assert_eq!((sign_in_name.as_str(), name.as_str(), school.as_str()), ("jsmith", "The person jsmith", "elm"));
        }
        // Nothing changed, and the code that was out still counts.
        let assistant = world.sign_in(&code, outside()).await.expect("signs in");
        assert_eq!(assistant.answer.person.name.as_str(), "The person jsmith");
        assert_eq!(world.audited("person-renamed").await, 0);
        let moved = NewPerson { school: SchoolId("rowan".to_owned()), rename: true, ..new_person("jsmith") };
        let issued = world.service.issue_code(moved, "tests", None, None).await.expect("a code");
        assert_eq!(world.audited("person-renamed").await, 1);
        let assistant = world.sign_in(&issued.code, outside()).await.expect("signs in");
        assert_eq!(assistant.answer.school_name.as_str(), "Rowan High School");
    }

    async fn another_spelling_renames_nobody(world: World) {
        let spellings = [
            ("sia\u{302}n.evans", "SI\u{c2}N.EVANS"),
            ("z.o'neill", "z.o\u{2019}neill"),
            ("jane smith", "jane\u{a0}smith"),
        ];
        for (stored, typed) in spellings {
            let code = world.code_for(stored).await;
            let name = domain::Label::new("Somebody Else").expect("a label");
            for other in [
                NewPerson { name, rename: true, ..new_person(typed) },
                NewPerson { name: new_person(stored).name, school: SchoolId("rowan".to_owned()), rename: true, ..new_person(typed) },
            ] {
                let refused = world.service.issue_code(other, "tests", None, None).await;
                let Err(CodeError::OtherSpelling(other)) = refused else { panic!("{typed:?}: {refused:?}") };
                assert_eq!((other.typed.as_str(), other.stored.as_str()), (typed, stored));
            }
            let assistant = world.sign_in(&code, outside()).await.expect("the code that was out still counts");
            assert_eq!(assistant.answer.person.name, new_person(stored).name);
            // Capitals are no other spelling.
            let name = domain::Label::new("A Newer Name").expect("a label");
            let renamed = NewPerson { name, rename: true, ..new_person(&stored.to_uppercase()) };
            world.service.issue_code(renamed, "tests", None, None).await.expect("a code");
        }
        assert_eq!(world.audited("person-renamed").await, 3);
    }

    async fn no_code_and_no_token_is_stored_as_it_is(world: World) {
        let code = world.code_for("jsmith").await;
        let assistant = world.sign_in(&code, outside()).await.expect("signs in");
        world.accept(&assistant.post(&world)).await.expect("accepted");
        if !world.is_sqlite() {
            return;
        }
        world.service.store().close().await;
        let content: Vec<u8> = std::fs::read_dir(world.folder.path())
            .expect("lists")
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("enrol.sqlite")))
            .flat_map(|path| std::fs::read(path).expect("reads"))
            .collect();
        let windows: std::collections::HashSet<&[u8]> = content.windows(8).collect();
        let holds = |bytes: &[u8]| bytes.windows(8).any(|part| windows.contains(part));
        assert!(holds(b"The person jsmith"), "the search finds what is there");
        assert!(!holds(code.characters().as_slice()));
        assert!(!holds(assistant.token.bytes()));
        assert!(!holds(assistant.session().as_str().as_bytes()));
        assert!(!holds(assistant.phone.secret()));
    }
}
