# Every word of the assistant. How to write: reading age 9 to 11; "select" for what is done with mouse or key;
# a step has at most 15 words and starts with a verb; **bold** for names and for what stands on the phone.
# A test reads this file: no word that is banned, no message that is unused.

## Everywhere

app-name = Set up sign-in security
program-name = Enrol
title-step = { $heading }, step { $step } of { $steps }, { $app }
title-plain = { $heading }, { $app }
title-error = Error: { $title }
progress = Step { $step } of { $steps }
back = Back
next = Next
finish = Finish
# In place of Finish, where people come one after another.
next-person = Next person
close = Close
start-again = Start again
try-again = Try again
paste = Paste
# Under a link that was selected; the address follows.
link-no-browser = If no browser opens, type this address into one:
# Before the window closes on pages 7 to 11.
leave-heading = Close before you finish?
leave-text = Nothing is sent yet. Your code from IT still works. You will scan a new square code: what your app saved here will not work.
leave-stay = Go on
on-your-phone = On your phone
on-this-computer = On this computer
announce-step = { $heading } Step { $step } of { $steps }.
announce-plain = { $heading }
announce-problem = There is a problem. { $text }
announce-help = { $heading } Help is open.

date = { $day } { $month } { $year }
time-of-day = { $hour }:{ $minute }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
for-seconds =
    { $count ->
        [one] 1 second
       *[other] { $count } seconds
    }
for-minutes =
    { $count ->
        [one] 1 minute
       *[other] { $count } minutes
    }
for-hours =
    { $count ->
        [one] 1 hour
       *[other] { $count } hours
    }
for-days =
    { $count ->
        [one] 1 day
       *[other] { $count } days
    }
for-years =
    { $count ->
        [one] 1 year
       *[other] { $count } years
    }

## Starting

starting-heading = Getting ready
starting-waiting = We are asking the service. This takes a few seconds.

cannot-start-heading = We cannot start yet
cannot-start-not-lost = Nothing is lost. You can stop and come back.
cannot-start-asking = We ask the service again from time to time. You can wait here.

# Where the program does not even begin. What IT has to know stands below.
not-set-up-heading = This computer is not ready for this yet
not-set-up-why = IT has to set it up first. You did nothing wrong, and there is nothing for you to do.
not-started-heading = This program cannot start
not-started-why = IT has to put something right on this computer. You did nothing wrong.
not-started-ask = Show this page to **IT at your school**. They need these words:

## 1 Before you start

before-heading = Before you start
before-why = Working from home? Remote desktop will ask for a code from your phone, as your bank does. It checks that it is you.
before-why-call = Working from home? We will ring your phone when you sign in to remote desktop. It checks that it is you.
before-phone = Have your phone with you
before-phone-app = You will link an app: **{ $app }**.
before-phone-app-optional = If it is a smartphone, you will link an app: **{ $app }**.
before-phone-call = We will also ring your phone once to test it: a mobile or a landline.
before-phone-call-optional = If you want, we also ring it once to test it: a mobile or a landline.
before-phone-call-only = We will ring it once to test it: a mobile or a landline.
before-no-smartphone = No smartphone? Ask { $team } about **{ $offer }**.
before-code = **Have your code from IT.** It has 10 letters and digits.
before-time = **It takes about 5 minutes.** If you stop, you can begin again.
before-at-school = You are at **{ $school }**. In our schools nothing changes.
before-at-this-school = You are at **{ $school }**. Remote desktop will not ask you here.
before-only-at-school = **Do this at school.** Your code works only there.
before-only-at-station = **Do this on a computer that IT set up for this.** Your code works only there.
before-resume = Welcome back. Last time you got to **{ $page }**. For your safety, start again with your code from IT.

# Without the schools' networks the service cannot know that somebody is in school.
unasked-in-all-schools = You will not be asked inside any of our schools.
unasked-in-some-schools = In some of our schools you will not be asked.
unasked-nowhere = Remote desktop will ask you in school too.

## 2 How we use your details

details-heading = How we use your details
# The promise of security.md, word for word. It is true and no more than true: change neither alone.
details-promise = **School staff cannot see your phone number or the secret behind your app's codes.** No page, report or file shows them to anyone, and that includes IT. They are locked on a computer run by { $operator }. They are used only to check that it is you. Only a break-in to that computer could reveal them. { $operator } guards it. IT can see your name, your school, which ways you set up, and when.
# The same where there is one of the two.
details-promise-app = **School staff cannot see the secret behind your app's codes.** No page, report or file shows it to anyone, and that includes IT. It is locked on a computer run by { $operator }. It is used only to check that it is you. Only a break-in to that computer could reveal it. { $operator } guards that computer. IT can see your name, your school, which ways you set up, and when.
details-promise-number = **School staff cannot see your phone number.** No page, report or file shows it to anyone, and that includes IT. It is locked on a computer run by { $operator }. It is used only to check that it is you. Only a break-in to that computer could reveal it. { $operator } guards that computer. IT can see your name, your school, which ways you set up, and when.
details-calls = **To ring you, we give your number to { $company }.** The call may show in the phone company's records.
details-calls-unnamed = **To ring you, we give your number to our phone company.** The call may show in its records.
details-kept = How long we keep it
details-kept-show = Show how long we keep it
details-kept-hide = Hide how long we keep it
details-kept-person = Your name and school
details-kept-person-value = Until { $time } after you have left
details-kept-key = The secret behind your app's codes
details-kept-number = Your phone number
details-kept-key-and-number = The secret behind your app's codes, and your phone number
details-kept-key-value = Until you set up again, or { $time } after you have left
details-kept-unused = A set-up that you do not finish
details-kept-unused-value = { $open } to finish it, then { $time } more
details-kept-calls = When we rang you
details-kept-stops = Your request not to be called
details-kept-stops-value = { $time }, or until IT lifts it
details-kept-addresses = Which network you used
details-kept-audit = Our record of changes
details-kept-backups = Backups
details-kept-backups-value = As long as { $operator } keeps them
details-never = **What we never keep:** your password, and the 6 digits from your app.
details-never-password = **What we never keep:** your password.

## 3 Who are you?

who-heading = Who are you?
who-intro = Type the code that IT gave you. It shows us who you are.
who-field = Code from IT
who-hint = It looks like XXXXX-XXXXX. Small letters work too.
who-anywhere = The code works at school and at home.
who-at-school = The code works only at school.
who-at-station = The code works only on a computer that IT set up for this.
who-signed-in = You are signed in as **{ $name }**, **{ $school }**. Select **Next** to go on, or type another code.
who-waiting = We are checking your code.

is-this-you-heading = Is this you?
is-this-you-who = We found: **{ $name }**, **{ $school }**.
is-this-you-sign-in-name = Sign-in name: { $name }
is-this-you-used-before = Somebody used this code before. Not you? Tell IT.
is-this-you-used-today-here = This code was used today at **{ $time }** on this computer. Not you? Tell IT.
is-this-you-used-today = This code was used today at **{ $time }**. Not you? Tell IT.
is-this-you-used-here = This code was used on **{ $date }** at **{ $time }** on this computer. Not you? Tell IT.
is-this-you-used = This code was used on **{ $date }** at **{ $time }**. Not you? Tell IT.
is-this-you-set-up = You already have this on a phone. The old one works until you finish here.
is-this-you-yes = Yes, this is me
is-this-you-no = No, this is not me

not-you-heading = You need your own code
not-you-told = This code belongs to another person. Nothing is linked to your phone.
not-you-ask = Ask { $team } for your own code.

## 4 Which phone do you have?

phone-heading = Which phone do you have?
phone-why = We use this to show you the right app.
phone-iphone = iPhone
phone-android = Android: Samsung, Google, Nokia and others
phone-not-sure = I am not sure
phone-none = I do not have a smartphone

no-smartphone-heading = You do not need a smartphone
no-smartphone-offer = Ask { $team } about **{ $offer }**.
no-smartphone-call = We can ring you instead, on **any phone**: a mobile or a landline.
no-smartphone-go-on = Set up calls
no-smartphone-ask = Call **{ $phone }**, or see { $team }.
no-smartphone-ask-email = Write to **{ $email }**, or see { $team }.
no-smartphone-stop = You can close this now. Your code from IT still works.
no-smartphone-stop-session = Your code from IT still works.

## 5 Get the app

app-heading = Get the app
app-qr = Square code that opens { $app } in the store
app-step-camera = Open the camera. Point it at the square code.
app-step-open = Select the link that you see. The store opens.
app-step-find = Find **{ $app }** by **{ $publisher }**.
app-step-button = Select **{ $button }**.
app-step-button-either = Select **{ $iphone }** or **{ $android }**.
app-step-store = Open the **App Store** or the **Play Store**.
app-step-search = Search for **{ $app }**.
app-step-publisher = Check that it is by **{ $publisher }**.
app-have-it = I already have it
app-link-iphone = { $app } in the App Store
app-link-android = { $app } on Google Play

## 6 Add an account

add-heading = Add an account
add-step-open = Open **{ $app }**.
add-step-plus = Select **+**, the plus sign.
add-step-type = If it asks for a kind of account, select **{ $account_type }**.
add-step-scan = If you see **{ $scan }**, select it.
add-step-camera = If it asks for the camera, allow it.
add-step-then = When your phone shows the camera, select **Next**.

## 7 Scan the code

scan-heading = Scan the code
scan-old-entry = The old entry in your app no longer works. Delete it, then scan this one.
scan-qr = Square code that links your app
scan-step-point = Point the camera at the square code.
scan-step-see = Wait until **{ $trust }** appears in the app.
scan-bigger = Make the code bigger
scan-smaller = Make the code smaller
scan-cannot = I cannot scan it
scan-hide-key = Hide the key
scan-key-heading = Type the key
# Where the policy, or the app's fame, says what the app calls it; else the next one.
scan-key-step-select = Select **{ $label }**.
scan-key-step-choose = Find the way to type a code by hand. Select it.
scan-key-step-name = Type **{ $name }** as the account name.
scan-key-step-key = Type this key. Leave out the spaces.
scan-key = Key
scan-key-copy = Copy the key
scan-key-copied = Copied
scan-key-spell = Spell out the key
scan-waiting = We are making your code.

## 8 Test it

test-heading = Test it
test-step-find = Open the app. Find the 6 digits under **{ $trust }**.
test-field = On this computer, type the 6 digits
test-hint = They change every 30 seconds.
test-proved = Your app is set up
test-proved-detail = It showed the right digits.
progress-heading = Your progress
progress-app = Your app is set up and tested
progress-number = Your phone number
progress-number-detail = We will ring it once to test it.
progress-call = Your phone number is tested
progress-send = Check and send
progress-app-ahead = Your app
stage-done = done
stage-current = now
stage-ahead = later
test-waiting = We are checking the digits.

## 9 Your phone number

number-heading = Your phone number
number-why = We ring you once now, to test it. Later we can ring you when you sign in from home.
number-no-texts = We never send texts. We ring.
number-company = To ring you, we give your number to { $company }. The call may show in its records.
number-region = Country
number-region-change = Change country
number-region-find = Find a country
number-region-none = There is no such country here.
number-region-close = Go back to the number
number-field = On this computer, type your phone number
number-hint = A mobile or a landline, with or without spaces.
number-extension = extension
number-will-call = We will ring
number-pass-over = Go on without a phone number

## 10 Answer the test call

call-heading = Answer the test call
call-ready = Have your phone with you. Then select **{ $button }**.
call-number = Your number
call-step-answer = Answer the call. It may come from a number you do not recognise.
call-step-answer-from = Answer the call. It comes from **{ $caller }**.
call-step-digits = We show you 2 digits here. When the voice asks, press them on your phone.
call-step-press = When the voice asks, press
call-digits = Digits to press
call-only-now = We ring only right after you ask for it.
call-me = Call me
call-again = Call me again
call-another = Use another number
call-stopped-lift = Do you want us to ring this number again? Ask **{ $team }** to allow it. Call **{ $phone }**.
call-stopped-lift-email = Do you want us to ring this number again? Ask **{ $team }** to allow it. Write to **{ $email }**.
call-asking = We are getting ready to ring you.
call-soon = We ring you in a moment.
call-waiting = { $ahead ->
    [one] We ring one other person first.
   *[other] We ring { $ahead } other people first.
    }
call-dialling = We are ringing you.
call-ringing = Your phone is ringing. Answer it.
call-press = You answered. Now press the 2 digits on your phone.
call-press-again = Those were not the digits. Press the 2 digits that you see here.
call-proved = Your phone number is tested
call-proved-detail = You answered and pressed the right digits.
call-tick-ring = We ring your phone
call-tick-rang = We rang your phone
call-tick-practice-ring = The practice phone rings
call-tick-practice-rang = The practice phone rang
call-tick-answer = You answer
call-tick-answered = You answered
call-tick-ringing = Your phone is ringing. The call may come from a number you do not recognise.
call-tick-ringing-from = Your phone is ringing. The call comes from **{ $caller }**.
call-tick-press = You press the 2 digits
call-tick-press-detail = We wait until you have pressed both.
call-practice-ring = No real phone rings. A practice phone takes the call. If it has a window of its own, answer it there.
practice-note = **This is practice.** No real phone rings, and nothing counts.
practice-note-without-calls = **This is practice.** Nothing counts.

## Pictures of the phone on pages 5 to 8 and 10. Each is also described, for who does not see it.

picture-store = Drawing of a phone: { $app } in the store. The button { $button } is marked.
picture-either = { $iphone } or { $android }
picture-add = Drawing of two phones. On the first, the plus sign at the top right is marked. On the second, { $account_type } and { $scan } are marked.
picture-scan = Drawing of a phone: its camera over a square code. { $trust } appears under it.
picture-then = Then you see
picture-code = Drawing of a phone: 6 digits under { $trust }. A circle beside them shows the time that is left.
picture-code-example = This is only an example
picture-code-right = Drawing of a phone: the 6 digits under { $trust }, with a tick.
picture-code-keep = Keep this entry in your app
picture-call = Drawing of a phone with a call. The button { $accept } is marked.
picture-call-incoming = Incoming call
picture-call-unknown = Unknown number
picture-call-accept = Accept
picture-call-answer = Answer
picture-call-decline = Decline
picture-call-keypad = Drawing of a phone with a keypad. The 2 digits to press are marked 1 and 2.
picture-call-live = On a call
picture-call-hidden = Open the keypad if it is hidden

## 11 Check and send

check-heading = Check and send
check-intro = This is what we send:
check-name = Name
check-school = School
check-sign-in-name = Sign-in name
check-app = App
check-app-value = { $app }, tested
check-key = Your app's secret goes too, locked so that only the service can open it.
check-number = Tested number
check-number-value = Tested by a call
check-number-sealed = Your number goes too, locked so that only the service can open it.
check-key-and-number = Your app's secret and your number go too. They are locked: only the service can open them.
check-change-number = Change number
check-change-person = Change person
check-change-app = Change app
check-send = Send
check-saving = We are saving it on this computer.
check-sending = It is saved. We are sending it.

## 12 Done

done-heading = Your sign-in security is set up
done-reference = Your reference, if you ask IT for help
done-go-live = From **{ $date }**, remote desktop asks for the 6 digits from your app.
done-go-live-both = From **{ $date }**, remote desktop asks for the 6 digits from your app, or rings your phone.
done-go-live-call = From **{ $date }**, remote desktop rings your phone when you sign in.
done-live = You can sign in to remote desktop from home now. It asks for the 6 digits from your app.
done-live-both = You can sign in to remote desktop from home now. It asks for the 6 digits from your app, or rings your phone.
done-live-call = You can sign in to remote desktop from home now. It rings your phone.
done-wait = **Wait until the app shows new digits**: those that you tested work only once.
done-new-phone = **New phone?** Keep the old one until the new one is set up. Ask { $team } for a new code first.
done-lost-phone = **Lost your phone?** Tell { $team } the same day.

# The slip to take away: on the page, and on paper. It has no secret, no number of the person's and not their name.
slip-heading = Take this with you
slip-note = Nothing on it is secret.
slip-print = Print
slip-save = Save
slip-making = We are getting it ready.
slip-opened = **It is open in your browser.** Print it there, then close it.
slip-saved = **Saved.** You find it here: { $place }
slip-save-desktop = Save it on the desktop
slip-name = Sign-in security { $reference }
slip-reference = Your reference
slip-practice = **This is practice.** Nothing counts.
slip-questions = **Questions?** Ask { $team }, or call { $phone }.
slip-questions-email = **Questions?** Ask { $team }, or write to { $email }.
slip-made = Set up on { $date } at { $school }

saved-heading = Not sent yet
saved-detail = It is saved on this computer. **It does not count until it is sent.**
saved-sent-later = It will be sent when the network is back.
saved-reference = Your reference, if you ask IT for help: **{ $reference }**
saved-keep-open = **Leave this open if you can.** If you close it, it is sent the next time you open it.
saved-stay = **Stay signed in and leave this open until it is sent.** This computer forgets it when you sign out.

## We could not finish

could-not-heading = We could not finish
could-not-expired = It took too long to reach the service. Your time to finish has run out.
could-not-revoked = IT stopped the code that you used.
could-not-already = You are set up already, with the same code. If that was not you, tell IT now.
could-not-conflict = The service has another set-up with the same reference. It kept the first one.
could-not-passed = IT changed your set-up while you were doing this.
could-not-key = The service changed its lock. It can no longer open what you sent.
could-not-other = The service did not take it. The reason is: { $code }.
could-not-old-entry = Delete the new entry in your app. It does not work.
could-not-ask = Ask { $team } for a new code, then start again.
could-not-call = If you call { $phone }, give them your reference: **{ $reference }**.
could-not-email = If you write to { $email }, give them your reference: **{ $reference }**.

## Problems

problem-title = There is a problem
problem-unreachable = The service does not answer. Check that this computer is online, then try again.
problem-not-trusted = We cannot be sure that this is the right service. Stop here and tell IT.
problem-unknown-identity = This is not the service that this computer knows. Stop here and tell IT.
problem-bad-signature = What the service sent was changed on the way. Stop here and tell IT.
problem-older-policy = The service sent older rules than before. Stop here and tell IT.
problem-unexpected = We do not understand what the service sent. This program may be too old. Tell IT.
problem-nothing-to-set-up = There is nothing to set up today. Ask IT when you can start.
problem-slip-empty = Type the code that IT gave you.
problem-slip-length = The code must be 10 letters and digits. You typed { $count }.
problem-slip-sign = Codes never contain { $sign }. Look at it again.
problem-slip-one = Codes never contain the digit 1. Look again: it may be 7.
problem-slip-sign-any = One of the characters that you typed is in no code. Look at it again.
problem-slip-check = One letter or digit is wrong, or two are swapped. Check what you typed.
problem-code-unknown = We do not know this code. Check what you typed, or ask { $team } for a new one.
problem-code-used = Somebody set up with this code. If it was you, you are done. If not, tell { $team }.
problem-code-used-up = This code was typed too often, and nothing was finished with it. Ask { $team } for a new one.
problem-code-expired = This code is too old. Ask { $team } for a new one.
problem-code-revoked = IT stopped this code. Ask { $team } for a new one.
problem-code-replaced = There is a newer code for you. Use that one, or ask { $team }.
problem-code-at-school = This code works only at school. Use it there, or ask { $team }.
problem-begin-anew = That did not work. Type your code again, then select Next.
problem-code-at-station = This code works only on computers that IT set up for this. Ask { $team } where the nearest one is.
problem-no-station = Nobody can be set up on this computer any more. Use another computer, and tell { $team }.
problem-rules-changed = The rules have changed since you began. Close this window and open it again.
problem-try-later = There were too many tries. Wait { $time }, then try again.
problem-already-enrolled = You are set up already. For a new phone, ask { $team } for a new code.
problem-choose-phone = Select the phone that you have.
problem-six-empty = Enter the 6 digits.
problem-six-digits = The code must be 6 digits.
problem-code-old = That code is about { $time } old. Type the one on your phone now.
problem-code-early = Your phone's clock is about { $time } fast. Set date and time to automatic, then type the new code.
problem-phone-fast = The clock on your phone is about { $time } fast. On your phone, set the time to automatic.
problem-phone-slow = The clock on your phone is about { $time } slow. On your phone, set the time to automatic.
problem-computer-fast = The clock of this computer is { $time } fast, and so is that code. Set the clock right or tell IT.
problem-computer-slow = The clock of this computer is { $time } slow, and so is that code. Set the clock right or tell IT.
problem-no-match = That code does not match. Look under { $trust } in the app. If it is there twice, use the newest.
problem-scan-again = Go back and scan the code again
problem-number-empty = Type your phone number.
problem-number-not-a-number = Type a phone number, like 07700 900123. Type digits only.
problem-number-several = Type one number. If you have two, use the phone that you always have with you.
problem-number-short = This number is too short. A digit is missing, or the area code at the start, like 01632.
problem-number-long = This number is too long. Check if a digit is there twice.
problem-number-impossible = There is no such phone number. Check what you typed.
problem-number-country = We cannot call numbers of that country. Use another phone, or ask { $team }.
problem-number-switchboard = We cannot call this number. Type the number of your own phone, not one of your school's.
problem-number-extension = We cannot call an extension. Type a number that rings your own phone.
problem-number-extension-mobile = A mobile has no extension. Take away what is after the phone number.
problem-number-extension-digits = An extension has 1 to 7 digits. Check what is after the phone number.
problem-number-freephone = We do not call freephone numbers. Type the number of your own phone.
problem-number-internet = We do not call numbers that start with 055 or 056. Use another phone.
problem-number-personal = Numbers that start with 070 look like mobiles, but they cost much more. Use another phone.
problem-number-pager = This is a pager. It cannot take a call. Use another phone.
problem-number-shared-cost = Calls to this kind of number cost too much. Type the number of your own phone.
problem-number-premium = Calls to this kind of number cost a lot. Type the number of your own phone.
problem-number-directory = This number is for looking up other numbers. Type the number of your own phone.
problem-number-jersey = We cannot call numbers in Jersey. Use another phone, or ask { $team }.
problem-number-guernsey = We cannot call numbers in Guernsey. Use another phone, or ask { $team }.
problem-number-isle-of-man = We cannot call numbers in the Isle of Man. Use another phone, or ask { $team }.
problem-number-satellite = This is a satellite phone. Calls to it cost too much. Use another phone.
problem-call-try-later = There were too many calls. Wait { $time }, then select "Call me" again.
problem-call-none-left = You have used all your test calls for now. Ask { $team } for help. Nothing is lost.
problem-call-quiet = We do not call at night. Come back in { $time }.
problem-call-stopped-before = Somebody asked us not to ring this number. Use another number.
problem-call-signed-out = You were away for a while. Go back to "Who are you?" and type your code again.
problem-call-no-line = We cannot make calls now. Try again later. Nothing is lost.
problem-call-wrong-digits = Those were not the digits on this page. Select "Call me again". You get new digits.
problem-call-no-answer = Nobody answered. Have your phone with you, then select "Call me again".
problem-call-busy = Your phone was busy. End the other call, then select "Call me again".
problem-call-hung-up = The call ended before you pressed the digits. Select "Call me again".
problem-call-no-keys = Nobody pressed the digits. If voicemail answered, answer faster next time. Select "Call me again".
problem-call-stopped = You pressed 9 twice, so we will not ring this number for { $time }.
problem-call-not-reached = We could not reach that number. Check it, or use another number.
problem-call-cancelled = We stopped this call before it began. Select "Call me again" to see why.
problem-call-fault = The call failed, and it is not your fault. Select "Call me again". If it fails again, tell { $team }.
problem-call-lost = We lost touch with the service. Check that this computer is online, then select "Call me again".
problem-disk-full = This computer has no room left. Make some room, then select Send. Nothing is lost.
problem-save = We could not save it on this computer. Select Send to try again. Nothing is lost.
problem-slip-no-folder = We found no folder to save it in. Write down your reference. You are set up all the same.
problem-slip-not-allowed = This computer does not let you save there. Write down your reference. You are set up all the same.
problem-slip-disk-full = This computer has no room left. Write down your reference. You are set up all the same.
problem-slip-no-viewer = Nothing on this computer can open it to print. Write down your reference. You are set up all the same.
problem-slip-other = That did not work. Write down your reference. You are set up all the same.
problem-timed-out = It took too long. Try again. Nothing is lost.

## Help, for each page

help-label = Get help
help-close = Close help
help-heading = Help with this page
help-ask = Ask **{ $team }**.
help-ask-unknown = Ask **IT at your school**.
help-call = Call **{ $phone }**.
help-email = Write to **{ $email }**.
help-hours = Open { $hours }.

help-offline-q = The service does not answer
help-offline-a = Check that this computer is online. Open any web page to see if it works.
help-why-q = Do I have to do this?
help-why-a = Yes, if you want to use remote desktop from home. In school nothing changes.
help-why-home-a = Yes, if you want to use remote desktop from home.
help-no-code-q = I have no code from IT
help-no-code-a = Ask { $team } for one. It is yours alone: do not share it.
help-no-phone-q = I do not have a smartphone
help-no-phone-a = Ask { $team } about { $offer }.
help-hearing-q = I do not hear well
help-hearing-a = You can go on without a phone number. The app is enough.
help-hearing-ask-a = Ask { $team } for a way without a call.
help-key-q = What is the secret behind my codes?
help-key-a = A long secret that your app and the service share. Your app makes the 6 digits from it.
help-personal-q = Can you see what is on my phone?
help-personal-a = No. The app cannot show us your photos, your messages or where you are.
help-code-refused-q = My code is not accepted
help-code-refused-a = Check each letter and digit. A code never has 0, O, 1, I, L, S or U. If it still fails, ask { $team }.
help-wrong-person-q = This is not me
help-wrong-person-a = Select "No, this is not me". Then ask { $team } for your own code.
help-which-phone-q = How do I know which phone I have?
help-which-phone-a = An iPhone has an apple on the back. Most other smartphones are Android.
help-not-in-store-q = The app is not in the store
help-not-in-store-a = Search for the exact name, { $app }. If it is still not there, your phone may be too old for it.
help-too-old-q = My phone is too old for the app
help-too-old-a = Ask { $team } about { $offer }.
help-store-code-q = The square code does not open the store
help-store-code-a = Open the store on your phone and search for { $app }.
help-account-type-q = I chose the wrong kind of account
help-account-type-a = On your phone, go back until you see +. Select it, then select { $account_type }.
help-app-sign-in-q = The app asks me to sign in
help-app-sign-in-a = You do not need to. Go back or skip, until you see + or { $scan }.
help-camera-allow-q = The app may not use the camera
help-camera-allow-a = On your phone, open Settings. Find { $app } and turn on Camera.
help-focus-q = The camera does not focus
help-focus-a = Hold the phone about 30 centimetres away. Wipe the lens. Make the screen brighter.
help-cannot-scan-q = I cannot scan the code
help-cannot-scan-a = Select "Make the code bigger". If that fails, select "I cannot scan it" and type the key.
help-clock-q = My codes are refused
help-clock-a = The clock on your phone may be wrong. On your phone, open Settings and set date and time to automatic.
help-entries-q = I see more than one entry in the app
help-entries-a = Use the newest one named { $trust }. Delete the older ones with that name.
help-too-fast-q = The digits change too fast
help-too-fast-a = Wait for new digits, then type them. They still work for a short time after they change.
help-why-call-q = Why do you ring me?
help-why-call-a = A call shows us that you have your phone with you. We call once now, then only when you sign in.
help-which-number-q = Which number do I use?
help-which-number-a = Use a phone that you have with you when you work from home. A mobile or a landline is fine.
help-no-texts-q = Can I get a text message?
help-no-texts-a = No. Others can read text messages. We ring you instead.
help-no-call-q = No call came
help-no-call-a = Check your signal. Turn off "silence unknown callers" and blocked numbers. Then ask for the call again.
help-voicemail-q = Voicemail answered
help-voicemail-a = Keep the phone in your hand and answer at the first ring. Then ask for the call again.
help-missed-digits-q = I missed what the voice said
help-missed-digits-a = The digits are on this page. Press them on your phone, or ask for the call again.
help-nine-q = I pressed 9 by mistake
help-nine-a = One 9 stops nothing. The voice asks for a second 9 first. Press the 2 digits on this page instead.
help-sent-q = What is sent?
help-sent-a = Who you are, and what you tested. Secrets are locked so that only the service can open them.
help-no-network-q = What if the network is down?
help-no-network-a = It is saved on this computer first. It is sent when the network is back.
help-new-phone-q = I get a new phone, or lose mine
help-new-phone-a = Ask { $team } for a new code. If you lost your phone, tell them the same day.
help-again-q = Do I lose anything?
help-again-a = No. Your password and your files are not touched. You start again with a new code from IT.

## What became of an earlier set-up, on the first page

notice-sent = An earlier set-up on this computer has been sent. Its reference is **{ $reference }**.
notice-refused = An earlier set-up on this computer was not accepted. Tell { $team } its reference: **{ $reference }**.
notice-unreadable = An earlier set-up on this computer cannot be read, so it was not sent. Tell { $team }.

## The console

console-bar = { $trust } | { $app }
console-enter = Enter: { $label }
console-enter-more = Enter: see more
console-keys-back = b: { $back }
console-keys = ?: { $help }   q: stop
console-type = { $label } >
console-prompt = >
console-unknown = There is nothing with that name here. Type one of the digits or letters above.
console-unselectable = You cannot select this now.
console-selected = (selected)
console-too-small = Make this window at least { $columns } wide and { $rows } high to see the whole square code.
console-link = { $label }: { $url }
console-stopped = You have stopped. You can come back.

## Countries

# Names: Unicode CLDR 47, en-GB, territories (Unicode License v3). `also` is what else people type to find one.

region-af = Afghanistan
region-ax = Åland Islands
region-al = Albania
region-dz = Algeria
region-as = American Samoa
region-ad = Andorra
region-ao = Angola
region-ai = Anguilla
region-aq = Antarctica
region-ag = Antigua and Barbuda
region-ar = Argentina
region-am = Armenia
region-aw = Aruba
region-ac = Ascension Island
region-au = Australia
region-at = Austria
region-az = Azerbaijan
region-bs = Bahamas
region-bh = Bahrain
region-bd = Bangladesh
region-bb = Barbados
region-by = Belarus
region-be = Belgium
region-bz = Belize
region-bj = Benin
region-bm = Bermuda
region-bt = Bhutan
region-bo = Bolivia
region-ba = Bosnia and Herzegovina
region-bw = Botswana
region-bv = Bouvet Island
region-br = Brazil
region-io = British Indian Ocean Territory
region-vg = British Virgin Islands
region-bn = Brunei
region-bg = Bulgaria
region-bf = Burkina Faso
region-bi = Burundi
region-kh = Cambodia
region-cm = Cameroon
region-ca = Canada
region-cv = Cape Verde
    .also = Cabo Verde
region-bq = Caribbean Netherlands
region-ky = Cayman Islands
region-cf = Central African Republic
region-td = Chad
region-cl = Chile
region-cn = China
region-cx = Christmas Island
region-cc = Cocos (Keeling) Islands
    .also = Cocos Islands
region-co = Colombia
region-km = Comoros
region-cg = Congo - Brazzaville
    .also = Congo (Republic), Congo-Brazzaville
region-cd = Congo - Kinshasa
    .also = Congo (DRC), Zaire
region-ck = Cook Islands
region-cr = Costa Rica
region-hr = Croatia
region-cu = Cuba
region-cw = Curaçao
region-cy = Cyprus
region-cz = Czechia
    .also = Czech Republic
region-ci = Côte d’Ivoire
    .also = Ivory Coast
region-dk = Denmark
region-dj = Djibouti
region-dm = Dominica
region-do = Dominican Republic
region-ec = Ecuador
region-eg = Egypt
region-sv = El Salvador
region-gq = Equatorial Guinea
region-er = Eritrea
region-ee = Estonia
region-sz = Eswatini
    .also = Swaziland
region-et = Ethiopia
region-fk = Falkland Islands
    .also = Falkland Islands (Islas Malvinas)
region-fo = Faroe Islands
region-fj = Fiji
region-fi = Finland
region-fr = France
region-gf = French Guiana
region-pf = French Polynesia
region-tf = French Southern Territories
region-ga = Gabon
region-gm = Gambia
region-ge = Georgia
region-de = Germany
    .also = Deutschland
region-gh = Ghana
region-gi = Gibraltar
region-gr = Greece
    .also = Hellas
region-gl = Greenland
region-gd = Grenada
region-gp = Guadeloupe
region-gu = Guam
region-gt = Guatemala
region-gg = Guernsey
region-gn = Guinea
region-gw = Guinea-Bissau
region-gy = Guyana
region-ht = Haiti
region-hm = Heard and McDonald Islands
region-hn = Honduras
region-hk = Hong Kong SAR China
region-hu = Hungary
region-is = Iceland
region-in = India
region-id = Indonesia
region-ir = Iran
region-iq = Iraq
region-ie = Ireland
    .also = Eire, Irish Republic, Republic of Ireland
region-im = Isle of Man
region-il = Israel
region-it = Italy
    .also = Italia
region-jm = Jamaica
region-jp = Japan
region-je = Jersey
region-jo = Jordan
region-kz = Kazakhstan
region-ke = Kenya
region-ki = Kiribati
region-xk = Kosovo
region-kw = Kuwait
region-kg = Kyrgyzstan
region-la = Laos
region-lv = Latvia
region-lb = Lebanon
region-ls = Lesotho
region-lr = Liberia
region-ly = Libya
region-li = Liechtenstein
region-lt = Lithuania
region-lu = Luxembourg
region-mo = Macao SAR China
region-mg = Madagascar
region-mw = Malawi
region-my = Malaysia
region-mv = Maldives
region-ml = Mali
region-mt = Malta
region-mh = Marshall Islands
region-mq = Martinique
region-mr = Mauritania
region-mu = Mauritius
region-yt = Mayotte
region-mx = Mexico
region-fm = Micronesia
region-md = Moldova
region-mc = Monaco
region-mn = Mongolia
region-me = Montenegro
region-ms = Montserrat
region-ma = Morocco
region-mz = Mozambique
region-mm = Myanmar (Burma)
region-na = Namibia
region-nr = Nauru
region-np = Nepal
region-nl = Netherlands
    .also = Holland
region-nc = New Caledonia
region-nz = New Zealand
    .also = Aotearoa New Zealand
region-ni = Nicaragua
region-ne = Niger
region-ng = Nigeria
region-nu = Niue
region-nf = Norfolk Island
region-kp = North Korea
region-mk = North Macedonia
region-mp = Northern Mariana Islands
region-no = Norway
region-om = Oman
region-pk = Pakistan
region-pw = Palau
region-ps = Palestinian Territories
    .also = Palestine, West Bank, Gaza
region-pa = Panama
region-pg = Papua New Guinea
region-py = Paraguay
region-pe = Peru
region-ph = Philippines
region-pn = Pitcairn Islands
region-pl = Poland
    .also = Polska
region-pt = Portugal
region-pr = Puerto Rico
region-qa = Qatar
region-ro = Romania
region-ru = Russia
    .also = Russian Federation
region-rw = Rwanda
region-re = Réunion
region-ws = Samoa
region-sm = San Marino
region-sa = Saudi Arabia
region-sn = Senegal
region-rs = Serbia
region-sc = Seychelles
region-sl = Sierra Leone
region-sg = Singapore
region-sx = Sint Maarten
region-sk = Slovakia
region-si = Slovenia
region-sb = Solomon Islands
region-so = Somalia
region-za = South Africa
region-gs = South Georgia and South Sandwich Islands
region-kr = South Korea
region-ss = South Sudan
region-es = Spain
    .also = Espana
region-lk = Sri Lanka
    .also = Ceylon
region-bl = St Barthélemy
region-sh = St Helena
region-kn = St Kitts and Nevis
region-lc = St Lucia
region-mf = St Martin
region-pm = St Pierre and Miquelon
region-vc = St Vincent and the Grenadines
region-sd = Sudan
region-sr = Suriname
region-sj = Svalbard and Jan Mayen
region-se = Sweden
region-ch = Switzerland
region-sy = Syria
region-st = São Tomé and Príncipe
region-tw = Taiwan
region-tj = Tajikistan
region-tz = Tanzania
region-th = Thailand
region-tl = Timor-Leste
    .also = East Timor
region-tg = Togo
region-tk = Tokelau
region-to = Tonga
region-tt = Trinidad and Tobago
region-ta = Tristan da Cunha
region-tn = Tunisia
region-tm = Turkmenistan
region-tc = Turks and Caicos Islands
region-tv = Tuvalu
region-tr = Türkiye
    .also = Turkey
region-um = US Outlying Islands
region-vi = US Virgin Islands
region-ug = Uganda
region-ua = Ukraine
region-ae = United Arab Emirates
    .also = UAE, Dubai
region-gb = United Kingdom
    .also = UK, Great Britain, England, Scotland, Wales, Northern Ireland, Cymru, Y Deyrnas Unedig
region-us = United States
    .also = US, America, United States of America, USA
region-uy = Uruguay
region-uz = Uzbekistan
region-vu = Vanuatu
region-va = Vatican City
    .also = Holy See
region-ve = Venezuela
region-vn = Vietnam
region-wf = Wallis and Futuna
region-eh = Western Sahara
region-ye = Yemen
region-zm = Zambia
region-zw = Zimbabwe
