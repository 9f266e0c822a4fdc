PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO _sqlx_migrations VALUES(1,'start','2026-11-24 21:54:20',1,X'bb26d42d5be70a36005e664c9fc71fc8e4833ca2e8cfaa10b581d08d0ad20b828f0058f813081bd49f503521c602d208',8020172);
CREATE TABLE settings (
    name text not null primary key,
    value text not null
) strict;
INSERT INTO settings VALUES('service','0192f8f5-0078-70cb-b79a-ab21701b423c');
INSERT INTO settings VALUES('calls','practice');
INSERT INTO settings VALUES('alerts_logged','46');
CREATE TABLE policies (
    serial integer not null primary key,
    body text not null,
    -- The key that assistants seal to under it.
    envelope_key text not null,
    adopted_at integer not null
) strict;
INSERT INTO policies VALUES(1,'{"trust":{"name":"Oaktree Learning Trust","operator":"Oaktree Learning Trust IT Services","brand_colour":"#0f385c"},"go_live":"2027-01-05","help":{"team":"IT at your school","phone":"01632 960 001","email":"help@oaktree.example","hours":"8am to 4pm, Monday to Friday"},"sign_in":["enrolment-code"],"methods":[{"kind":"authenticator-app","wanted":"required","retires":null},{"kind":"phone-call","wanted":"optional","retires":null}],"app":{"name":"Microsoft Authenticator","publisher":"Microsoft Corporation","account_type":"Other (Google, Facebook, etc.)","scan_label":"Scan a QR code","stores":{"iphone":"https://apps.apple.com/app/microsoft-authenticator/id983156458","android":"https://play.google.com/store/apps/details?id=com.azure.authenticator"}},"no_smartphone":{"offer":"a key fob"},"schools":[{"id":"elm","name":"Elm Academy","networks":["192.0.2.0/26"]},{"id":"willow","name":"Willow Primary School","networks":["192.0.2.64/26"]},{"id":"rowan","name":"Rowan High School","networks":["198.51.100.0/25","2001:db8:40::/48"]}],"codes":{"where":"anywhere","lifetime_hours":336,"redeems":5},"numbers":{"regions":["GB"],"also":[],"refused":[],"extensions":false},"calls":{"caller_id":null,"company":null,"language":"english","ring_secs":25,"call_secs":60,"tests_sign_in":6,"tests_number_hour":3,"tests_number_day":5,"trust_day":2000,"quiet_from_hour":24,"quiet_until_hour":0,"stopped_days":30,"tested_hours":24,"sign_ins":["remote desktop"],"sign_ins_barred":[],"approvals_hour":3,"approvals_pause_minutes":30},"limits":{"code_failures_outside":10,"code_failures_school":100,"code_failures_outside_total_hour":600,"verify_failures_outside_day":30,"verify_delay_first_secs":1,"verify_delay_longest_secs":900},"lifetimes":{"session_idle_minutes":30,"session_hours":8,"grant_days":30,"resume_days":14},"retention":{"unused_grant_days":30,"address_days":90,"departed_days":30,"audit_days":730},"answering":{"body_limit_bytes":65536}}','e1-65d087ac',1730753659000);
INSERT INTO policies VALUES(2,'{"trust":{"name":"Oaktree Learning Trust","operator":"Oaktree Learning Trust IT Services","brand_colour":"#0f385c"},"go_live":"2027-01-05","help":{"team":"IT at your school","phone":"01632 960 001","email":"help@oaktree.example","hours":"8am to 4pm, Monday to Friday"},"sign_in":["enrolment-code"],"methods":[{"kind":"authenticator-app","wanted":"required","retires":null},{"kind":"phone-call","wanted":"optional","retires":null}],"app":{"name":"Microsoft Authenticator","publisher":"Microsoft Corporation","account_type":"Other (Google, Facebook, etc.)","scan_label":"Scan a QR code","stores":{"iphone":"https://apps.apple.com/app/microsoft-authenticator/id983156458","android":"https://play.google.com/store/apps/details?id=com.azure.authenticator"}},"no_smartphone":{"offer":"a key fob"},"schools":[{"id":"elm","name":"Elm Academy","networks":["192.0.2.0/26"]},{"id":"willow","name":"Willow Primary School","networks":["192.0.2.64/26"]},{"id":"rowan","name":"Rowan High School","networks":["198.51.100.0/25","2001:db8:40::/48"]}],"codes":{"where":"anywhere","lifetime_hours":336,"redeems":5},"numbers":{"regions":["GB"],"also":[],"refused":[],"extensions":false},"calls":{"caller_id":null,"company":null,"language":"english","ring_secs":25,"call_secs":60,"tests_sign_in":6,"tests_number_hour":3,"tests_number_day":5,"trust_day":2000,"quiet_from_hour":24,"quiet_until_hour":0,"stopped_days":30,"tested_hours":24,"sign_ins":["remote desktop"],"sign_ins_barred":[],"approvals_hour":3,"approvals_pause_minutes":30},"limits":{"code_failures_outside":10,"code_failures_school":100,"code_failures_outside_total_hour":600,"verify_failures_outside_day":30,"verify_delay_first_secs":1,"verify_delay_longest_secs":900},"lifetimes":{"session_idle_minutes":30,"session_hours":8,"grant_days":30,"resume_days":14},"retention":{"unused_grant_days":30,"address_days":90,"departed_days":30,"audit_days":730},"answering":{"body_limit_bytes":65536}}','e2-04e03a95',1795553659000);
CREATE TABLE key_uses (
    kind text not null check (kind in ('envelope', 'vault', 'identity')),
    -- In this order they were taken into use.
    place integer not null,
    key_id text not null,
    from_at integer not null,
    -- 0: it is the one in use.
    ended_at integer not null,
    state text not null check (state in ('kept', 'refused', 'forgotten')),
    primary key (kind, place),
    unique (kind, key_id)
) strict;
INSERT INTO key_uses VALUES('identity',1,'i1-7f1958bd',1730753659000,1795553659000,'kept');
INSERT INTO key_uses VALUES('envelope',1,'e1-65d087ac',1730753659000,1795553659000,'kept');
INSERT INTO key_uses VALUES('vault',1,'v1-f95f0d4e',1730753659000,1795553659000,'kept');
INSERT INTO key_uses VALUES('vault',2,'v2-8e14f868',1795553659000,0,'kept');
INSERT INTO key_uses VALUES('envelope',2,'e2-04e03a95',1795553659000,0,'kept');
INSERT INTO key_uses VALUES('identity',2,'i2-02eb15d0',1795553659000,0,'kept');
CREATE TABLE nodes (
    id text not null primary key,
    name text not null,
    key_ids text not null,
    seen_at integer not null
) strict;
INSERT INTO nodes VALUES('135dcf09-8193-4974-a166-e4c6ce73b1ad','auth-1, process 812','i1-7f1958bd i2-02eb15d0 e1-65d087ac e2-04e03a95 v1-f95f0d4e v2-8e14f868',1795555459000);
CREATE TABLE people (
    id text not null primary key,
    sign_in_key text not null unique,
    sign_in_name text not null,
    name text not null,
    school text not null,
    generation integer not null,
    created_at integer not null,
    departed_at integer not null
) strict;
INSERT INTO people VALUES('0192f8f5-0078-7b2e-b19b-46b8f693ae81','once','once','The person once','elm',0,1730753659000,0);
INSERT INTO people VALUES('01a20f56-8878-7a23-a08f-561e3b1e2db8','mnowak','mnowak','The person mnowak','elm',1,1795553659000,0);
INSERT INTO people VALUES('01a20f56-8878-72f9-971c-932be8bdfbe2','akhan','akhan','The person akhan','elm',1,1795553659000,0);
INSERT INTO people VALUES('01a20f56-8878-72eb-b66a-4b1268c26ef1','on-its-way','on-its-way','The person on-its-way','elm',0,1795553659000,0);
INSERT INTO people VALUES('01a20f71-ffb8-7683-ab64-317af115daf6','sprice','sprice','The person sprice','elm',1,1795555459000,0);
INSERT INTO people VALUES('01a20f71-ffb8-70bc-8395-1c07075b7d0d','left','left','The person left','elm',2,1795555459000,1795555459000);
INSERT INTO people VALUES('01a20f71-ffb8-7718-ae1c-acfeb29a342e','revoked','revoked','The person revoked','elm',0,1795555459000,0);
INSERT INTO people VALUES('01a20f71-ffb8-729b-a7c3-283730b056d3','stops','stops','The person stops','elm',0,1795555459000,0);
INSERT INTO people VALUES('01a20f8d-76f8-7d45-9fad-62d246f6db1e','tested','tested','The person tested','elm',0,1795557259000,0);
INSERT INTO people VALUES('01a20f8d-76f8-743c-bd5a-0eb8717c234e','rings','rings','The person rings','elm',0,1795557259000,0);
CREATE TABLE codes (
    id text not null primary key,
    code_hash blob not null unique,
    person text not null references people (id),
    -- The person's when the code was issued: what was accepted since ends it.
    generation integer not null,
    state text not null check (state in ('issued', 'accepted', 'revoked')),
    replaces integer not null,
    issued_at integer not null,
    expires_at integer not null,
    redeemed integer not null
) strict;
INSERT INTO codes VALUES('0192f8f5-0078-7892-ba92-0061e91cb297',X'a8bf51501f6f0b975f7d6842758d5665a04fce769e47bbfa81148229a2727f9f','0192f8f5-0078-7b2e-b19b-46b8f693ae81',0,'issued',0,1730753659000,1731963259000,0);
INSERT INTO codes VALUES('01a20f56-8878-7315-9860-d4c24745a44d',X'45bd909a2e46830d135c20f037a4a7b6bfa4f38500871c3827cad9a92af0c290','01a20f56-8878-7a23-a08f-561e3b1e2db8',0,'accepted',0,1795553659000,1796763259000,1);
INSERT INTO codes VALUES('01a20f56-8878-787d-b55a-2751ea11e18a',X'bcbcd2237bac1b5ffb8cd29e34146f561f19841a305835644bb399d69ecec294','01a20f56-8878-72f9-971c-932be8bdfbe2',0,'accepted',0,1795553659000,1796763259000,1);
INSERT INTO codes VALUES('01a20f56-8878-797a-956b-4336383fd022',X'41cfe2a47bbfbedf4ff38aa8b6279a3a45b509ec0069b734587eba78dff451d7','01a20f56-8878-72eb-b66a-4b1268c26ef1',0,'issued',0,1795553659000,1796763259000,1);
INSERT INTO codes VALUES('01a20f71-ffb8-7fb2-96b4-f9d6c94efd05',X'29941082eea6fa378f8c5a35b66f362b2fa1f7ddd0a48b93c1c366358a5d581a','01a20f71-ffb8-7683-ab64-317af115daf6',0,'accepted',0,1795555459000,1796765059000,1);
INSERT INTO codes VALUES('01a20f71-ffb8-76b2-a8d7-2e7f645cdd83',X'9934023538a736e34b238eaeae5b3ab4c2f327bb45228b439fbf0d4978669a35','01a20f71-ffb8-70bc-8395-1c07075b7d0d',0,'accepted',0,1795555459000,1796765059000,1);
INSERT INTO codes VALUES('01a20f71-ffb8-758b-8d6d-a808677c1cd5',X'7244ffd5693216cd9315a49210667c067fdf41cf20291bdb84d6d6f412a4f9cf','01a20f71-ffb8-7718-ae1c-acfeb29a342e',0,'revoked',0,1795555459000,1796765059000,0);
INSERT INTO codes VALUES('01a20f71-ffb8-713b-a737-9109ce9ff308',X'0eb846923c06f7dee94129a18fb655a656db75b877e016c087f43e4760216168','01a20f71-ffb8-729b-a7c3-283730b056d3',0,'issued',0,1795555459000,1796765059000,1);
INSERT INTO codes VALUES('01a20f8d-76f8-777e-b217-15009712101f',X'0c219994a6955541b87aeb5bb43445ba871625e6ff3d60dd45e3adcd1c6506ae','01a20f8d-76f8-7d45-9fad-62d246f6db1e',0,'issued',0,1795557259000,1796766859000,1);
INSERT INTO codes VALUES('01a20f8d-76f8-78ba-8ef8-ba271445982c',X'0791f9696e368c7a4945806686ef1c7e79b72432d976fe32cbb1b2f5fd77f6ee','01a20f8d-76f8-743c-bd5a-0eb8717c234e',0,'issued',0,1795557259000,1796766859000,1);
CREATE TABLE grants (
    id text not null primary key,
    enrolment text not null unique,
    person text not null references people (id),
    generation integer not null,
    code text not null references codes (id),
    way text not null,
    -- In force when the grant was made: nothing older counts for it.
    policy_serial integer not null,
    token_hash blob not null,
    state text not null check (state in ('open', 'used', 'ended', 'revoked')),
    made_at integer not null,
    expires_at integer not null
) strict;
INSERT INTO grants VALUES('01a20f56-8878-7100-8608-d5144233404e','01a20f56-8878-7444-8f80-288d801f1109','01a20f56-8878-7a23-a08f-561e3b1e2db8',0,'01a20f56-8878-7315-9860-d4c24745a44d','enrolment-code',1,X'6ca632b4fbf38235df2e0e7d1c4745175b8c7820bafe1028024d7505d78b4c66','used',1795553659000,1798145659000);
INSERT INTO grants VALUES('01a20f56-8878-730b-92bd-b7e754205a0c','01a20f56-8878-7813-95dc-5675e012b3b0','01a20f56-8878-72f9-971c-932be8bdfbe2',0,'01a20f56-8878-787d-b55a-2751ea11e18a','enrolment-code',1,X'dd2ca0354f1ee5efe49f3f6e4e876467687a416af69442731227b26d6b1b8d53','used',1795553659000,1798145659000);
INSERT INTO grants VALUES('01a20f56-8878-7023-97b7-4b8707b0205c','01a20f56-8878-7315-9725-1c7ad87be4f8','01a20f56-8878-72eb-b66a-4b1268c26ef1',0,'01a20f56-8878-797a-956b-4336383fd022','enrolment-code',1,X'24ab18b9cd1900fd5daa6a74fade73ae0e836f9cdb267acd09aa4ca60113bc25','open',1795553659000,1798145659000);
INSERT INTO grants VALUES('01a20f71-ffb8-7207-838e-88e181c84623','01a20f71-ffb8-79d0-8d58-0cfffcc4b30e','01a20f71-ffb8-7683-ab64-317af115daf6',0,'01a20f71-ffb8-7fb2-96b4-f9d6c94efd05','enrolment-code',2,X'2dd8eebb7eebaf39f3a9ca9f8825e34494f5bdc7ee8d479c3ddefa0d58cc9605','used',1795555459000,1798147459000);
INSERT INTO grants VALUES('01a20f71-ffb8-7fc1-9a66-50b7731bc2bc','01a20f71-ffb8-7a13-ba95-3572171a945d','01a20f71-ffb8-70bc-8395-1c07075b7d0d',0,'01a20f71-ffb8-76b2-a8d7-2e7f645cdd83','enrolment-code',2,X'127d4ef30084c78a08f4a66a21b7330ee8d0eaa8c7b66d7e73632bb19e70d9aa','used',1795555459000,1798147459000);
INSERT INTO grants VALUES('01a20f71-ffb8-768e-aebd-6a6bdbee5f72','01a20f71-ffb8-7020-af3c-711103eab94b','01a20f71-ffb8-729b-a7c3-283730b056d3',0,'01a20f71-ffb8-713b-a737-9109ce9ff308','enrolment-code',2,X'8e6608160e4759fe217732ec668d34b403a2c311375a2c8ebf030d7f9a6dd9d0','open',1795555459000,1798147459000);
INSERT INTO grants VALUES('01a20f8d-76f8-7208-82ea-ab8125b49c90','01a20f8d-76f8-75a2-bb9e-71a225817146','01a20f8d-76f8-7d45-9fad-62d246f6db1e',0,'01a20f8d-76f8-777e-b217-15009712101f','enrolment-code',2,X'1e23552b0bdc1463f7e4a666065d46b736fc6651cbd173109b86bcde0d38db33','open',1795557259000,1798149259000);
INSERT INTO grants VALUES('01a20f8d-76f8-7aa2-8c3d-8604a28eae46','01a20f8d-76f8-7b89-a996-3f2f4c270688','01a20f8d-76f8-743c-bd5a-0eb8717c234e',0,'01a20f8d-76f8-78ba-8ef8-ba271445982c','enrolment-code',2,X'bcfcf98e268fbe1af104eee58806ee3854e6b713c009dd96aa50e6c8abee866f','open',1795557259000,1798149259000);
CREATE TABLE sessions (
    token_hash blob not null primary key,
    person text not null references people (id),
    grant_id text not null references grants (id),
    made_at integer not null,
    used_at integer not null
) strict, without rowid;
INSERT INTO sessions VALUES(X'0064fa9ce2d20431d42e6dea8974d47dc330a90efd98491cf62bec171e7afe01','01a20f56-8878-72eb-b66a-4b1268c26ef1','01a20f56-8878-7023-97b7-4b8707b0205c',1795553659000,1795553659000);
INSERT INTO sessions VALUES(X'2246cee7ab1923cce448fff74939fdea4bf70079eb67489172e3863e0739bb96','01a20f8d-76f8-743c-bd5a-0eb8717c234e','01a20f8d-76f8-7aa2-8c3d-8604a28eae46',1795557259000,1795557259000);
INSERT INTO sessions VALUES(X'324039d493bfd399446cf310275cb85df12e1b82ee42c51d82692a6faddd2da7','01a20f8d-76f8-7d45-9fad-62d246f6db1e','01a20f8d-76f8-7208-82ea-ab8125b49c90',1795557259000,1795557259000);
INSERT INTO sessions VALUES(X'49b14f622cd5fdee20fa2a65407f3bd7c65cd15811aa41535c24548bbb3bb9b6','01a20f56-8878-72f9-971c-932be8bdfbe2','01a20f56-8878-730b-92bd-b7e754205a0c',1795553659000,1795553659000);
INSERT INTO sessions VALUES(X'8fc46e683a33cfa97bf57925706e19f70c7068546c4f4c40ff2ad0fd828ba2cf','01a20f71-ffb8-7683-ab64-317af115daf6','01a20f71-ffb8-7207-838e-88e181c84623',1795555459000,1795555459000);
INSERT INTO sessions VALUES(X'c66fe4561da85630a2da8b14ebf14ad55b3876568fefb832a65aa50310e8e92c','01a20f56-8878-7a23-a08f-561e3b1e2db8','01a20f56-8878-7100-8608-d5144233404e',1795553659000,1795553659000);
INSERT INTO sessions VALUES(X'cff4b59d912f6a40d4f93c4210b881087d6d6856520c71480570230509d8bbab','01a20f71-ffb8-729b-a7c3-283730b056d3','01a20f71-ffb8-768e-aebd-6a6bdbee5f72',1795555459000,1795555459000);
CREATE TABLE enrolments (
    id text not null primary key,
    grant_id text not null references grants (id),
    person text not null references people (id),
    generation integer not null,
    fingerprint blob not null,
    reference text not null,
    policy_serial integer not null,
    accepted_at integer not null,
    audit_sequence integer not null,
    audit_hash blob not null
) strict;
INSERT INTO enrolments VALUES('01a20f56-8878-7444-8f80-288d801f1109','01a20f56-8878-7100-8608-d5144233404e','01a20f56-8878-7a23-a08f-561e3b1e2db8',1,X'2769cea1c027cc64346a6c9afc5de48a9cc28345ef5887c3e684a3619d5a0295','QCZPXJDN',1,1795553659000,12,X'd179ebba8e6a6906eddd909f823317dae23b8df0a044936062f3e53aa9bca255');
INSERT INTO enrolments VALUES('01a20f56-8878-7813-95dc-5675e012b3b0','01a20f56-8878-730b-92bd-b7e754205a0c','01a20f56-8878-72f9-971c-932be8bdfbe2',1,X'250109e30a0d1cb31c9b41bccc96d93a838163d30f2d3be21261dbaa209ee8dc','A983KFMT',1,1795553659000,17,X'02f2a8a7e57660ff472b5bcf610a4a0474cf207b9839241a7f5c989c11534cdb');
INSERT INTO enrolments VALUES('01a20f71-ffb8-79d0-8d58-0cfffcc4b30e','01a20f71-ffb8-7207-838e-88e181c84623','01a20f71-ffb8-7683-ab64-317af115daf6',1,X'5f8f3147a9bacfac60f4ffa705d968e23351d2dc134b12ef0feb92c780ef7c20','25Y7NFF4',2,1795555459000,29,X'ac5f7f222270cb2472889b7ee886659bf8a904e9338e7464740e4e794d60f126');
INSERT INTO enrolments VALUES('01a20f71-ffb8-7a13-ba95-3572171a945d','01a20f71-ffb8-7fc1-9a66-50b7731bc2bc','01a20f71-ffb8-70bc-8395-1c07075b7d0d',1,X'e6efd2609a3638dbd24d0ffb729fc4e7e710bf853b56b959179e667881472e06','PANDV7XP',2,1795555459000,40,X'9c34e3f010260bcfcec3270019eed8267113dd3684878a951006025907bad62f');
CREATE TABLE methods (
    id text not null primary key,
    person text not null references people (id),
    kind text not null,
    generation integer not null,
    enrolment text not null,
    key_id text not null,
    sealed blob not null,
    -- Of a phone: as in calls. Empty for the others.
    phone_hash blob not null,
    number_hash blob not null,
    state text not null check (state in ('tested', 'used')),
    last_step integer not null,
    tested_at integer not null,
    used_at integer not null,
    unique (person, kind)
) strict;
INSERT INTO methods VALUES('01a20f56-8878-78a2-bb3f-88a83767ce3f','01a20f56-8878-7a23-a08f-561e3b1e2db8','authenticator-app',1,'01a20f56-8878-7444-8f80-288d801f1109','v2-8e14f868',X'1d730281abd909c1a6d5b38f99750def8e8afd3aef447816a3abcea68d2efc7fafcf9463335eb7b380f8af6dcf16d3a9322d0daf700e4c900ea3600c',X'',X'','used',59851848,1795553659000,1795555459000);
INSERT INTO methods VALUES('01a20f56-8878-7ca5-bc3c-e951a96f79e4','01a20f56-8878-7a23-a08f-561e3b1e2db8','phone-call',1,'01a20f56-8878-7444-8f80-288d801f1109','v2-8e14f868',X'9bc6a2a99deb4f3315a10482c7e6c8d879cac27c3a89b7f73ef2689b2c0a4d15d8c60061dccd8963db1e26be67b1abeb813063f74ea0119c3aaac804e175',X'77af73d3f8d3adf717cc5be2b3c55a1b4bd603d6c8801f905459fd748b32590c',X'a5557191e5490a5c979b48b3b9633295195b9c16386a3865b15b8c3aeb0f36ae','tested',0,1795553659000,0);
INSERT INTO methods VALUES('01a20f56-8878-771f-8f50-b6b9432539e8','01a20f56-8878-72f9-971c-932be8bdfbe2','authenticator-app',1,'01a20f56-8878-7813-95dc-5675e012b3b0','v2-8e14f868',X'74dc9cacb4fe8a0b00ff6de503ab4866a009d3e4686e1913d55bd0c199cad590e13596b60bbadee242a3874f6585b5cca28608ee8b541495378dc4f8',X'',X'','tested',59851788,1795553659000,0);
INSERT INTO methods VALUES('01a20f56-8878-71df-b3e0-a818f783bc08','01a20f56-8878-72f9-971c-932be8bdfbe2','phone-call',1,'01a20f56-8878-7813-95dc-5675e012b3b0','v2-8e14f868',X'c6955730c258fb21ed1a0f5ae5dd318b7c519d4eef667afc37cc245667c1b8035ccf7ad72f645aaab57f3b29ce84c8bb208eb5c254eb2ed816fe656ca9a4',X'4229e8f61e7fdbf64fd4429bbb52127dba79b8b8431d8bb7d54b6284bb9e3611',X'4c20e10cbd887a496dff9f4145e085fc6a5cb552a6a096b42555f70a417a238a','tested',0,1795553659000,0);
INSERT INTO methods VALUES('01a20f71-ffb8-7cae-ac4d-6e06cdc2017b','01a20f71-ffb8-7683-ab64-317af115daf6','authenticator-app',1,'01a20f71-ffb8-79d0-8d58-0cfffcc4b30e','v2-8e14f868',X'b75f162b818894b69459ced4609aad54e77639f07790f27315c2fcc6a8fc31c1b2cfa69dc42553bba09dd9adb0fa4fc3beec060b661b322831b8be73',X'',X'','tested',59851848,1795555459000,0);
INSERT INTO methods VALUES('01a20f71-ffb8-7f3d-9319-4292f66f4a99','01a20f71-ffb8-70bc-8395-1c07075b7d0d','authenticator-app',1,'01a20f71-ffb8-7a13-ba95-3572171a945d','v2-8e14f868',X'2e4c1cb773de01111236e67d5934a779bfa06bedb98f8f0b9dae96c6a5cb5b5b7569516b4f349553145b8ccb365c16cd9e2580cebc4548cee0bba47e',X'',X'','tested',59851848,1795555459000,0);
CREATE TABLE guesses (
    scope text not null,
    slot integer not null,
    tries integer not null,
    primary key (scope, slot)
) strict, without rowid;
INSERT INTO guesses VALUES('address 203.0.113.9',29925954,1);
INSERT INTO guesses VALUES('outside',29925954,1);
CREATE TABLE verify_tries (
    person text not null references people (id),
    place text not null check (place in ('school', 'outside')),
    delay_ms integer not null,
    next_at integer not null,
    day_from integer not null,
    day_tries integer not null,
    primary key (person, place)
) strict, without rowid;
INSERT INTO verify_tries VALUES('01a20f56-8878-7a23-a08f-561e3b1e2db8','outside',0,0,1795555459000,0);
INSERT INTO verify_tries VALUES('01a20f71-ffb8-7683-ab64-317af115daf6','outside',1000,1795555460000,1795555459000,1);
CREATE TABLE calls (
    id text not null primary key,
    kind text not null check (kind in ('test', 'approval')),
    person text not null references people (id),
    -- The grant that a test is for; empty for an approval.
    grant_id text not null,
    -- Of what was asked: asked again with the same id, the same call is meant.
    fingerprint blob not null,
    phone_hash blob not null,
    number_hash blob not null,
    -- Those on the page.
    digits text not null,
    practice integer not null,
    -- In this order people are called.
    turn integer not null unique,
    state text not null check (state in ('queued', 'placed', 'ended')),
    -- How far it has come, and the number of its last event. Both only move forward.
    step text not null,
    events integer not null,
    queued_at integer not null,
    placed_at integer not null,
    ended_at integer not null,
    -- The node whose line it holds, and until when unless the node says so again; empty when it holds none.
    node text not null,
    lease_until integer not null
) strict;
INSERT INTO calls VALUES('035d86d6-8f75-cc35-f17b-3f68e96de5f2','test','01a20f56-8878-7a23-a08f-561e3b1e2db8','01a20f56-8878-7100-8608-d5144233404e',X'f44ccbcea7d8e6797edfac791271991fa5efbcd70468967f2cc478bdb6c38a85',X'77af73d3f8d3adf717cc5be2b3c55a1b4bd603d6c8801f905459fd748b32590c',X'a5557191e5490a5c979b48b3b9633295195b9c16386a3865b15b8c3aeb0f36ae','46',1,1,'ended','confirmed',5,1795553659000,1795553659000,1795553659000,'',1795553749000);
INSERT INTO calls VALUES('ecac8a70-2817-e2b9-dba5-89d50b345d38','test','01a20f56-8878-72f9-971c-932be8bdfbe2','01a20f56-8878-730b-92bd-b7e754205a0c',X'3fbecbcd509e272f18cfcc53c95248b3ea9958df10d449cb158a50f9678084da',X'4229e8f61e7fdbf64fd4429bbb52127dba79b8b8431d8bb7d54b6284bb9e3611',X'4c20e10cbd887a496dff9f4145e085fc6a5cb552a6a096b42555f70a417a238a','12',1,3,'ended','confirmed',5,1795553659000,1795553659000,1795553659000,'',1795553749000);
INSERT INTO calls VALUES('01a20f71-ffb8-7307-bf33-a25112d320df','approval','01a20f56-8878-72f9-971c-932be8bdfbe2','',X'c5aa10f2d9b08701b387169e49861fe462176886f716f3869c2021442c7d8709',X'4229e8f61e7fdbf64fd4429bbb52127dba79b8b8431d8bb7d54b6284bb9e3611',X'4c20e10cbd887a496dff9f4145e085fc6a5cb552a6a096b42555f70a417a238a','4',1,5,'ended','not_me',5,1795555459000,1795555459000,1795555459000,'',1795555549000);
INSERT INTO calls VALUES('1e128115-11c4-e444-1174-ce5ddcb065a4','test','01a20f71-ffb8-729b-a7c3-283730b056d3','01a20f71-ffb8-768e-aebd-6a6bdbee5f72',X'53c737d94da72d323edd8017a9f78537b223531cccbdb325e1f2edb1c5cb934b',X'775d80ba5eafdef02c53c69883c10c8f3e338cd3e5870fd36a105f4b3bfefb86',X'4811132fa1ca882de52f7eba529ba9d982826ba93eb0d92d83eaf558ea4076e1','26',1,7,'ended','stopped',5,1795555459000,1795555459000,1795555459000,'',1795555549000);
INSERT INTO calls VALUES('6cf7236c-eec4-1cde-755e-a382cb37f632','test','01a20f8d-76f8-7d45-9fad-62d246f6db1e','01a20f8d-76f8-7208-82ea-ab8125b49c90',X'c3ea534c582bccd9ebec3e2cc1ba2f5663a5f14b7a51252f3a5d0eefcab06907',X'f318abd1cb03822da087e2bcb20699f3737413d63b7b5667626de39e05d7fa30',X'7b89c36e07b5a0136dec527625e21c1f540c5670d4bdff9e2c202a55450ef104','34',1,9,'ended','confirmed',5,1795557259000,1795557259000,1795557259000,'',1795557349000);
INSERT INTO calls VALUES('4b52651f-ecef-e104-a59d-f095bac696c6','test','01a20f8d-76f8-743c-bd5a-0eb8717c234e','01a20f8d-76f8-7aa2-8c3d-8604a28eae46',X'959cbf5e1a557d24dd33c650e1bfe03852feeebb073cefbc89ebbbc3276dfdc4',X'e50eb2061ff3544a2b52121650792b31f19fd901c2e762d88348983c468d2752',X'e892ba7f252277b296c736f6d4c7b1bfe126036ab797c4ca3ef116be7f1916bf','12',1,11,'placed','ringing',3,1795557259000,1795557259000,0,'135dcf09-8193-4974-a166-e4c6ce73b1ad',1795557349000);
CREATE TABLE call_queue (
    id integer not null primary key check (id = 1),
    turn integer not null
) strict;
INSERT INTO call_queue VALUES(1,12);
CREATE TABLE call_events (
    call text not null references calls (id),
    number integer not null,
    what text not null,
    -- With waiting: how many are called first.
    ahead integer not null,
    at integer not null,
    primary key (call, number)
) strict, without rowid;
INSERT INTO call_events VALUES('01a20f71-ffb8-7307-bf33-a25112d320df',1,'waiting',0,1795555459000);
INSERT INTO call_events VALUES('01a20f71-ffb8-7307-bf33-a25112d320df',2,'dialling',0,1795555459000);
INSERT INTO call_events VALUES('01a20f71-ffb8-7307-bf33-a25112d320df',3,'ringing',0,1795555459000);
INSERT INTO call_events VALUES('01a20f71-ffb8-7307-bf33-a25112d320df',4,'answered',0,1795555459000);
INSERT INTO call_events VALUES('01a20f71-ffb8-7307-bf33-a25112d320df',5,'not_me',0,1795555459000);
INSERT INTO call_events VALUES('035d86d6-8f75-cc35-f17b-3f68e96de5f2',1,'waiting',0,1795553659000);
INSERT INTO call_events VALUES('035d86d6-8f75-cc35-f17b-3f68e96de5f2',2,'dialling',0,1795553659000);
INSERT INTO call_events VALUES('035d86d6-8f75-cc35-f17b-3f68e96de5f2',3,'ringing',0,1795553659000);
INSERT INTO call_events VALUES('035d86d6-8f75-cc35-f17b-3f68e96de5f2',4,'answered',0,1795553659000);
INSERT INTO call_events VALUES('035d86d6-8f75-cc35-f17b-3f68e96de5f2',5,'confirmed',0,1795553659000);
INSERT INTO call_events VALUES('1e128115-11c4-e444-1174-ce5ddcb065a4',1,'waiting',0,1795555459000);
INSERT INTO call_events VALUES('1e128115-11c4-e444-1174-ce5ddcb065a4',2,'dialling',0,1795555459000);
INSERT INTO call_events VALUES('1e128115-11c4-e444-1174-ce5ddcb065a4',3,'ringing',0,1795555459000);
INSERT INTO call_events VALUES('1e128115-11c4-e444-1174-ce5ddcb065a4',4,'answered',0,1795555459000);
INSERT INTO call_events VALUES('1e128115-11c4-e444-1174-ce5ddcb065a4',5,'stopped',0,1795555459000);
INSERT INTO call_events VALUES('4b52651f-ecef-e104-a59d-f095bac696c6',1,'waiting',0,1795557259000);
INSERT INTO call_events VALUES('4b52651f-ecef-e104-a59d-f095bac696c6',2,'dialling',0,1795557259000);
INSERT INTO call_events VALUES('4b52651f-ecef-e104-a59d-f095bac696c6',3,'ringing',0,1795557259000);
INSERT INTO call_events VALUES('6cf7236c-eec4-1cde-755e-a382cb37f632',1,'waiting',0,1795557259000);
INSERT INTO call_events VALUES('6cf7236c-eec4-1cde-755e-a382cb37f632',2,'dialling',0,1795557259000);
INSERT INTO call_events VALUES('6cf7236c-eec4-1cde-755e-a382cb37f632',3,'ringing',0,1795557259000);
INSERT INTO call_events VALUES('6cf7236c-eec4-1cde-755e-a382cb37f632',4,'answered',0,1795557259000);
INSERT INTO call_events VALUES('6cf7236c-eec4-1cde-755e-a382cb37f632',5,'confirmed',0,1795557259000);
INSERT INTO call_events VALUES('ecac8a70-2817-e2b9-dba5-89d50b345d38',1,'waiting',0,1795553659000);
INSERT INTO call_events VALUES('ecac8a70-2817-e2b9-dba5-89d50b345d38',2,'dialling',0,1795553659000);
INSERT INTO call_events VALUES('ecac8a70-2817-e2b9-dba5-89d50b345d38',3,'ringing',0,1795553659000);
INSERT INTO call_events VALUES('ecac8a70-2817-e2b9-dba5-89d50b345d38',4,'answered',0,1795553659000);
INSERT INTO call_events VALUES('ecac8a70-2817-e2b9-dba5-89d50b345d38',5,'confirmed',0,1795553659000);
CREATE TABLE pending_numbers (
    call text not null primary key references calls (id),
    key_id text not null,
    sealed blob not null,
    made_at integer not null
) strict, without rowid;
INSERT INTO pending_numbers VALUES('4b52651f-ecef-e104-a59d-f095bac696c6','v2-8e14f868',X'5be5efda4a55e47012734d27f5deed805459b68afcd5616d48bb4a30f94e9b1dacc2320f833e80956d5c0b34f9c1be43ff0231a52f708a322e2a52ede4b5',1795557259000);
CREATE TABLE tested_numbers (
    grant_id text not null references grants (id),
    number_hash blob not null,
    at integer not null,
    primary key (grant_id, number_hash)
) strict, without rowid;
INSERT INTO tested_numbers VALUES('01a20f56-8878-7100-8608-d5144233404e',X'a5557191e5490a5c979b48b3b9633295195b9c16386a3865b15b8c3aeb0f36ae',1795553659000);
INSERT INTO tested_numbers VALUES('01a20f56-8878-730b-92bd-b7e754205a0c',X'4c20e10cbd887a496dff9f4145e085fc6a5cb552a6a096b42555f70a417a238a',1795553659000);
INSERT INTO tested_numbers VALUES('01a20f8d-76f8-7208-82ea-ab8125b49c90',X'7b89c36e07b5a0136dec527625e21c1f540c5670d4bdff9e2c202a55450ef104',1795557259000);
CREATE TABLE stopped_numbers (
    phone_hash blob not null primary key,
    until integer not null
) strict, without rowid;
INSERT INTO stopped_numbers VALUES(X'775d80ba5eafdef02c53c69883c10c8f3e338cd3e5870fd36a105f4b3bfefb86',1798147459000);
CREATE TABLE clients (
    id text not null primary key,
    name text not null unique,
    key_hash blob not null unique,
    scope text not null,
    addresses text not null,
    added_at integer not null,
    revoked_at integer not null
) strict;
INSERT INTO clients VALUES('0192f8f5-0078-732d-9e25-603d20d01fad','Old VPN',X'35d4b90d8e662a7dc5ac6481e2ed39ff859f47a67443b328be19bd70dadfec08','verify','',1730753659000,1795553659000);
INSERT INTO clients VALUES('01a20f56-8878-7b91-9fba-91577976e249','Remote desktop',X'86a84229547f5c571df6cec83e9c18aa0b7bd0ce33897cf605368fa09909eda2','verify','',1795553659000,0);
CREATE TABLE approvals (
    call text not null primary key references calls (id),
    client text not null references clients (id),
    key text not null,
    what text not null,
    at_school integer not null,
    -- The relying party shows the digits, so the voice does not say them.
    shown integer not null,
    unique (client, key)
) strict, without rowid;
INSERT INTO approvals VALUES('01a20f71-ffb8-7307-bf33-a25112d320df','01a20f56-8878-7b91-9fba-91577976e249','00000000-0000-0000-0000-000000000007','remote desktop',0,0);
CREATE TABLE stopped_people (
    person text not null primary key references people (id),
    call text not null,
    at integer not null
) strict, without rowid;
INSERT INTO stopped_people VALUES('01a20f56-8878-72f9-971c-932be8bdfbe2','01a20f71-ffb8-7307-bf33-a25112d320df',1795555459000);
CREATE TABLE audit (
    sequence integer not null primary key,
    at integer not null,
    body blob not null,
    hash blob not null
) strict;
INSERT INTO audit VALUES(4,1795553659000,X'7b2277686174223a2261756469742d61676564222c226e756d626572223a327d',X'1c398bc6739bb9649da69cd72c8ab18746e6900db377029244948b77627ee949');
INSERT INTO audit VALUES(5,1795553659000,X'7b2277686174223a2261756469742d61676564222c226e756d626572223a337d',X'5cc324914b9bfd94b968a18e759ab414afccd907ac4403129fa821c953e2fbdb');
INSERT INTO audit VALUES(6,1795553659000,X'7b2277686174223a22636c69656e742d7265766f6b6564222c22636c69656e74223a2230313932663866352d303037382d373332642d396532352d363033643230643031666164222c22726561736f6e223a227265706c61636564222c226279223a22612073746f7279227d',X'352cfd8b0efd10dc1d2078b31627f8cd1a56fc4bd31640989a3745d2946bdfe0');
INSERT INTO audit VALUES(7,1795553659000,X'7b2277686174223a22636c69656e742d6164646564222c22636c69656e74223a2230316132306635362d383837382d376239312d396662612d393135373739373665323439222c226279223a22612073746f7279227d',X'850547e6a4f941c4c5eaf7079f4e5f137e7749f9441883be1bba12c1d357f8db');
INSERT INTO audit VALUES(8,1795553659000,X'7b2277686174223a22636f64652d697373756564222c22706572736f6e223a2230316132306635362d383837382d376132332d613038662d353631653362316532646238222c22636f6465223a2230316132306635362d383837382d373331352d393836302d643463323437343561343464222c226279223a22612073746f7279227d',X'6ff7e9b198d1b291d93595513b01238f1cb39a25bc7e410dcc80ff155de5baca');
INSERT INTO audit VALUES(9,1795553659000,X'7b2277686174223a227369676e65642d696e222c22706572736f6e223a2230316132306635362d383837382d376132332d613038662d353631653362316532646238222c22656e726f6c6d656e74223a2230316132306635362d383837382d373434342d386638302d323838643830316631313039222c226772616e74223a2230316132306635362d383837382d373130302d383630382d643531343432333334303465222c22636f6465223a2230316132306635362d383837382d373331352d393836302d643463323437343561343464222c22726561736f6e223a22656e726f6c6d656e742d636f6465227d',X'2f24a940ebc1e572cda903737e642e35b6e5737f3b33411cfb993ff19c70d249');
INSERT INTO audit VALUES(10,1795553659000,X'7b2277686174223a2263616c6c2d61736b6564222c22706572736f6e223a2230316132306635362d383837382d376132332d613038662d353631653362316532646238222c226772616e74223a2230316132306635362d383837382d373130302d383630382d643531343432333334303465222c2263616c6c223a2230333564383664362d386637352d636333352d663137622d336636386539366465356632222c227072616374696365223a747275657d',X'e8d4f3828eecad810217519fe98a1f6201a8230c62e4b2811342d78a43184d59');
INSERT INTO audit VALUES(11,1795553659000,X'7b2277686174223a2263616c6c2d656e646564222c22706572736f6e223a2230316132306635362d383837382d376132332d613038662d353631653362316532646238222c226772616e74223a2230316132306635362d383837382d373130302d383630382d643531343432333334303465222c2263616c6c223a2230333564383664362d386637352d636333352d663137622d336636386539366465356632222c22726561736f6e223a22636f6e6669726d6564222c227072616374696365223a747275657d',X'f9ef7713ebbce7dde8bc61cd4bbd1cc1297b7eee8cfcf9427d7b95988445fb50');
INSERT INTO audit VALUES(12,1795553659000,X'7b2277686174223a22656e726f6c6d656e742d6163636570746564222c22706572736f6e223a2230316132306635362d383837382d376132332d613038662d353631653362316532646238222c22656e726f6c6d656e74223a2230316132306635362d383837382d373434342d386638302d323838643830316631313039222c226772616e74223a2230316132306635362d383837382d373130302d383630382d643531343432333334303465222c22636f6465223a2230316132306635362d383837382d373331352d393836302d643463323437343561343464222c226e756d626572223a312c227072616374696365223a747275657d',X'd179ebba8e6a6906eddd909f823317dae23b8df0a044936062f3e53aa9bca255');
INSERT INTO audit VALUES(13,1795553659000,X'7b2277686174223a22636f64652d697373756564222c22706572736f6e223a2230316132306635362d383837382d373266392d393731632d393332626538626466626532222c22636f6465223a2230316132306635362d383837382d373837642d623535612d323735316561313165313861222c226279223a22612073746f7279227d',X'13c46dea33b44a3c5f8a1e22d2f80eb860420da3f24d95a1dbaddc9d0fb2ff50');
INSERT INTO audit VALUES(14,1795553659000,X'7b2277686174223a227369676e65642d696e222c22706572736f6e223a2230316132306635362d383837382d373266392d393731632d393332626538626466626532222c22656e726f6c6d656e74223a2230316132306635362d383837382d373831332d393564632d353637356530313262336230222c226772616e74223a2230316132306635362d383837382d373330622d393262642d623765373534323035613063222c22636f6465223a2230316132306635362d383837382d373837642d623535612d323735316561313165313861222c22726561736f6e223a22656e726f6c6d656e742d636f6465227d',X'798841f00b9ab01aea38904a9fc1a2bc7796096c21b928aa8a6379c8bd512286');
INSERT INTO audit VALUES(15,1795553659000,X'7b2277686174223a2263616c6c2d61736b6564222c22706572736f6e223a2230316132306635362d383837382d373266392d393731632d393332626538626466626532222c226772616e74223a2230316132306635362d383837382d373330622d393262642d623765373534323035613063222c2263616c6c223a2265636163386137302d323831372d653262392d646261352d383964353062333435643338222c227072616374696365223a747275657d',X'85807fd1d3440fcd8bc5b294bd2da9fc300606939f7d77da2042b51361c16fc0');
INSERT INTO audit VALUES(16,1795553659000,X'7b2277686174223a2263616c6c2d656e646564222c22706572736f6e223a2230316132306635362d383837382d373266392d393731632d393332626538626466626532222c226772616e74223a2230316132306635362d383837382d373330622d393262642d623765373534323035613063222c2263616c6c223a2265636163386137302d323831372d653262392d646261352d383964353062333435643338222c22726561736f6e223a22636f6e6669726d6564222c227072616374696365223a747275657d',X'5db7e7c9f10ff0819652407ea25d666a833fd94c9258ef4fd74a43f786888aa5');
INSERT INTO audit VALUES(17,1795553659000,X'7b2277686174223a22656e726f6c6d656e742d6163636570746564222c22706572736f6e223a2230316132306635362d383837382d373266392d393731632d393332626538626466626532222c22656e726f6c6d656e74223a2230316132306635362d383837382d373831332d393564632d353637356530313262336230222c226772616e74223a2230316132306635362d383837382d373330622d393262642d623765373534323035613063222c22636f6465223a2230316132306635362d383837382d373837642d623535612d323735316561313165313861222c226e756d626572223a312c227072616374696365223a747275657d',X'02f2a8a7e57660ff472b5bcf610a4a0474cf207b9839241a7f5c989c11534cdb');
INSERT INTO audit VALUES(18,1795553659000,X'7b2277686174223a22636f64652d697373756564222c22706572736f6e223a2230316132306635362d383837382d373265622d623636612d346231323638633236656631222c22636f6465223a2230316132306635362d383837382d373937612d393536622d343333363338336664303232222c226279223a22612073746f7279227d',X'981ea7afcafc18967c89ffcd3990bb51b17564fe25b3002d8a35f1ca92b6cce4');
INSERT INTO audit VALUES(19,1795553659000,X'7b2277686174223a227369676e65642d696e222c22706572736f6e223a2230316132306635362d383837382d373265622d623636612d346231323638633236656631222c22656e726f6c6d656e74223a2230316132306635362d383837382d373331352d393732352d316337616438376265346638222c226772616e74223a2230316132306635362d383837382d373032332d393762372d346238373037623032303563222c22636f6465223a2230316132306635362d383837382d373937612d393536622d343333363338336664303232222c22726561736f6e223a22656e726f6c6d656e742d636f6465227d',X'73e2c4c5161f81852d35f82e9b64db25921580c8e4c3224b98418a20183576d4');
INSERT INTO audit VALUES(20,1795553659000,X'7b2277686174223a226b65792d6164646564222c22726561736f6e223a2274686520796561726c79206368616e6765222c226279223a22612073746f7279222c226b6579223a2276322d3865313466383638227d',X'dc7689492df6ac02c5d505df9fb1de36769d52aaf0a7404b31b5ee792b4d95c6');
INSERT INTO audit VALUES(21,1795553659000,X'7b2277686174223a226b65792d696e2d757365222c22726561736f6e223a2274686520796561726c79206368616e6765222c226279223a22612073746f7279222c226b6579223a2276322d3865313466383638227d',X'bfd08b4fd15a94b744d18503ceea4913244f7a55dbf61d5f414c3a0464ed5999');
INSERT INTO audit VALUES(22,1795553659000,X'7b2277686174223a227265636f7264732d72657365616c6564222c226b6579223a2276312d6639356630643465222c226e756d626572223a347d',X'b37d41774064d013a31ba6258cdbc3efb8cbfe80912b6214db48cdc3f8320e64');
INSERT INTO audit VALUES(23,1795553659000,X'7b2277686174223a226b65792d6164646564222c226279223a22612073746f7279222c226b6579223a2265322d3034653033613935227d',X'843119e71852472b2e64ab991ce884d8045c80ba04cf7e95c8e833c41e14d95b');
INSERT INTO audit VALUES(24,1795553659000,X'7b2277686174223a226b65792d696e2d757365222c226279223a22612073746f7279222c226b6579223a2265322d3034653033613935227d',X'fdfb0de8a8e5c916c6a9d249081d9612b1d0e04f36584a8fa581b05f0d6f92fc');
INSERT INTO audit VALUES(25,1795553659000,X'7b2277686174223a226b65792d6164646564222c22726561736f6e223a2274686520796561726c79206368616e6765222c226279223a22612073746f7279222c226b6579223a2269322d3032656231356430227d',X'75a52544f94331e55912dd3bd6b7c9e58e57040f2ca3f3dac203a7f861d1c37d');
INSERT INTO audit VALUES(26,1795553659000,X'7b2277686174223a226b65792d696e2d757365222c22726561736f6e223a2274686520796561726c79206368616e6765222c226279223a22612073746f7279222c226b6579223a2269322d3032656231356430227d',X'01cd1fd3c530bd1f78d44e405076ecf0de2857ff606da94666cf88b3bfd4e5f5');
INSERT INTO audit VALUES(27,1795555459000,X'7b2277686174223a22636f64652d697373756564222c22706572736f6e223a2230316132306637312d666662382d373638332d616236342d333137616631313564616636222c22636f6465223a2230316132306637312d666662382d376662322d393662342d663964366339346566643035222c226279223a22612073746f7279227d',X'bd255c58e32355d4b162a7d051f8193ea499aa4d8adc8445f1f7e2da4d8c9fa8');
INSERT INTO audit VALUES(28,1795555459000,X'7b2277686174223a227369676e65642d696e222c22706572736f6e223a2230316132306637312d666662382d373638332d616236342d333137616631313564616636222c22656e726f6c6d656e74223a2230316132306637312d666662382d373964302d386435382d306366666663633462333065222c226772616e74223a2230316132306637312d666662382d373230372d383338652d383865313831633834363233222c22636f6465223a2230316132306637312d666662382d376662322d393662342d663964366339346566643035222c22726561736f6e223a22656e726f6c6d656e742d636f6465227d',X'3e5a33a9154d2e0bc199687c15f4ee36852caabd727a60b30aedf11d67618174');
INSERT INTO audit VALUES(29,1795555459000,X'7b2277686174223a22656e726f6c6d656e742d6163636570746564222c22706572736f6e223a2230316132306637312d666662382d373638332d616236342d333137616631313564616636222c22656e726f6c6d656e74223a2230316132306637312d666662382d373964302d386435382d306366666663633462333065222c226772616e74223a2230316132306637312d666662382d373230372d383338652d383865313831633834363233222c22636f6465223a2230316132306637312d666662382d376662322d393662342d663964366339346566643035222c226e756d626572223a317d',X'ac5f7f222270cb2472889b7ee886659bf8a904e9338e7464740e4e794d60f126');
INSERT INTO audit VALUES(30,1795555459000,X'7b2277686174223a22636f64652d6163636570746564222c22706572736f6e223a2230316132306635362d383837382d376132332d613038662d353631653362316532646238222c22656e726f6c6d656e74223a2230316132306635362d383837382d373434342d386638302d323838643830316631313039222c22636c69656e74223a2230316132306635362d383837382d376239312d396662612d393135373739373665323439222c22726561736f6e223a226669727374227d',X'00f80561fb7856b176900d9e4037b1167605aaf8534e07a89283c5cdc6d2ed3c');
INSERT INTO audit VALUES(31,1795555459000,X'7b2277686174223a22636f64652d72656675736564222c22706572736f6e223a2230316132306637312d666662382d373638332d616236342d333137616631313564616636222c22636c69656e74223a2230316132306635362d383837382d376239312d396662612d393135373739373665323439227d',X'401af25fffbe87a66c151d7658697852411935f55d9e07985a6212c2efc3b234');
INSERT INTO audit VALUES(32,1795555459000,X'7b2277686174223a22617070726f76616c2d61736b6564222c22706572736f6e223a2230316132306635362d383837382d373266392d393731632d393332626538626466626532222c22636c69656e74223a2230316132306635362d383837382d376239312d396662612d393135373739373665323439222c2263616c6c223a2230316132306637312d666662382d373330372d626633332d613235313132643332306466222c227072616374696365223a747275657d',X'b03b38ff50d86017bf944beff8276d53caa167970d98b9f73e8f84dd5379c132');
INSERT INTO audit VALUES(33,1795555459000,X'7b2277686174223a227369676e2d696e2d6e6f742d6d696e65222c22706572736f6e223a2230316132306635362d383837382d373266392d393731632d393332626538626466626532222c22636c69656e74223a2230316132306635362d383837382d376239312d396662612d393135373739373665323439222c2263616c6c223a2230316132306637312d666662382d373330372d626633332d613235313132643332306466222c22726561736f6e223a226e6f745f6d65222c227072616374696365223a747275657d',X'fc97ae386b312f5d0b8d12000a9ac4c9328d5bd0526a94fec4724f06c5c51338');
INSERT INTO audit VALUES(34,1795555459000,X'7b2277686174223a22636f64652d697373756564222c22706572736f6e223a2230316132306637312d666662382d373761302d383237302d363430663338643065326337222c22636f6465223a2230316132306637312d666662382d376333352d613166662d643261336432313233363931222c226279223a22612073746f7279227d',X'50a77cd52ce2be18465df3d5b0559e454b8cfaf2c653ad92373bf0f51c914639');
INSERT INTO audit VALUES(35,1795555459000,X'7b2277686174223a227369676e65642d696e222c22706572736f6e223a2230316132306637312d666662382d373761302d383237302d363430663338643065326337222c22656e726f6c6d656e74223a2230316132306637312d666662382d373766642d383831362d656666366332383731356565222c226772616e74223a2230316132306637312d666662382d376137612d616239392d303138666330613538386164222c22636f6465223a2230316132306637312d666662382d376333352d613166662d643261336432313233363931222c22726561736f6e223a22656e726f6c6d656e742d636f6465227d',X'4a06b906df5bf61c92f10739b75c8aeda90bd4e421a5d677811124caa4b66d70');
INSERT INTO audit VALUES(36,1795555459000,X'7b2277686174223a22656e726f6c6d656e742d6163636570746564222c22706572736f6e223a2230316132306637312d666662382d373761302d383237302d363430663338643065326337222c22656e726f6c6d656e74223a2230316132306637312d666662382d373766642d383831362d656666366332383731356565222c226772616e74223a2230316132306637312d666662382d376137612d616239392d303138666330613538386164222c22636f6465223a2230316132306637312d666662382d376333352d613166662d643261336432313233363931222c226e756d626572223a317d',X'9ba800b4de8c69a05cb5d69ab4a51d046cef97283d374ec68b887d53ca49ece4');
INSERT INTO audit VALUES(37,1795555459000,X'7b2277686174223a22706572736f6e2d657261736564222c22706572736f6e223a2230316132306637312d666662382d373761302d383237302d363430663338643065326337222c22726561736f6e223a2261736b656420666f72206974222c226279223a22612073746f7279222c226e756d626572223a387d',X'178847edf3f57af929ef85ec639cd24ca900f3a8b77e41bacb221ed11df20c80');
INSERT INTO audit VALUES(38,1795555459000,X'7b2277686174223a22636f64652d697373756564222c22706572736f6e223a2230316132306637312d666662382d373062632d383339352d316330373037356237643064222c22636f6465223a2230316132306637312d666662382d373662322d613864372d326537663634356364643833222c226279223a22612073746f7279227d',X'173f19100cd3b63d0876e82e9eef315dca20a95d53f393b2ec31f55570da0914');
INSERT INTO audit VALUES(39,1795555459000,X'7b2277686174223a227369676e65642d696e222c22706572736f6e223a2230316132306637312d666662382d373062632d383339352d316330373037356237643064222c22656e726f6c6d656e74223a2230316132306637312d666662382d376131332d626139352d333537323137316139343564222c226772616e74223a2230316132306637312d666662382d376663312d396136362d353062373733316263326263222c22636f6465223a2230316132306637312d666662382d373662322d613864372d326537663634356364643833222c22726561736f6e223a22656e726f6c6d656e742d636f6465227d',X'7dbd034b3384a104a55e32acfb810895839eb8568beb08746e3f3ac1f571341e');
INSERT INTO audit VALUES(40,1795555459000,X'7b2277686174223a22656e726f6c6d656e742d6163636570746564222c22706572736f6e223a2230316132306637312d666662382d373062632d383339352d316330373037356237643064222c22656e726f6c6d656e74223a2230316132306637312d666662382d376131332d626139352d333537323137316139343564222c226772616e74223a2230316132306637312d666662382d376663312d396136362d353062373733316263326263222c22636f6465223a2230316132306637312d666662382d373662322d613864372d326537663634356364643833222c226e756d626572223a317d',X'9c34e3f010260bcfcec3270019eed8267113dd3684878a951006025907bad62f');
INSERT INTO audit VALUES(41,1795555459000,X'7b2277686174223a22706572736f6e2d6c656674222c22706572736f6e223a2230316132306637312d666662382d373062632d383339352d316330373037356237643064222c22726561736f6e223a22616e6f74686572207472757374222c226279223a22612073746f7279227d',X'10d1509a7416c6c6d811b87807b3c10fdbb43583f4173cd3eb601756e27ec0c3');
INSERT INTO audit VALUES(42,1795555459000,X'7b2277686174223a22636f64652d697373756564222c22706572736f6e223a2230316132306637312d666662382d373731382d616531632d616366656232396133343265222c22636f6465223a2230316132306637312d666662382d373538622d386436642d613830383637376331636435222c226279223a22612073746f7279227d',X'323e778a4891656e4e26fdc00fde92fff6cb577f11aae08ca78cda50229df64e');
INSERT INTO audit VALUES(43,1795555459000,X'7b2277686174223a22636f64652d7265766f6b6564222c22706572736f6e223a2230316132306637312d666662382d373731382d616531632d616366656232396133343265222c22636f6465223a2230316132306637312d666662382d373538622d386436642d613830383637376331636435222c22726561736f6e223a226c6f737420696e2074686520706f7374222c226279223a22612073746f7279222c226e756d626572223a307d',X'4543a7cc799ef08ef52b5d8c870b29a51834342a50fe8af3411dd6809eeac438');
INSERT INTO audit VALUES(44,1795555459000,X'7b2277686174223a22636f64652d697373756564222c22706572736f6e223a2230316132306637312d666662382d373239622d613763332d323833373330623035366433222c22636f6465223a2230316132306637312d666662382d373133622d613733372d393130396365396666333038222c226279223a22612073746f7279227d',X'aa5c362c1e2e30c6605d86ac302f4f8febd0ee5133a4efc804507d01af2d0f43');
INSERT INTO audit VALUES(45,1795555459000,X'7b2277686174223a227369676e65642d696e222c22706572736f6e223a2230316132306637312d666662382d373239622d613763332d323833373330623035366433222c22656e726f6c6d656e74223a2230316132306637312d666662382d373032302d616633632d373131313033656162393462222c226772616e74223a2230316132306637312d666662382d373638652d616562642d366136626462656535663732222c22636f6465223a2230316132306637312d666662382d373133622d613733372d393130396365396666333038222c22726561736f6e223a22656e726f6c6d656e742d636f6465227d',X'bfff190704ff73bf1844865bf96cf99a09d6cc8acb9fc956d72e6975d2da3645');
INSERT INTO audit VALUES(46,1795555459000,X'7b2277686174223a2263616c6c2d61736b6564222c22706572736f6e223a2230316132306637312d666662382d373239622d613763332d323833373330623035366433222c226772616e74223a2230316132306637312d666662382d373638652d616562642d366136626462656535663732222c2263616c6c223a2231653132383131352d313163342d653434342d313137342d636535646463623036356134222c227072616374696365223a747275657d',X'847f9b7a1653b5456c76fcf13d4e2aed8c2dad4b9230db449bc4a0bf11100326');
INSERT INTO audit VALUES(47,1795555459000,X'7b2277686174223a2263616c6c2d656e646564222c22706572736f6e223a2230316132306637312d666662382d373239622d613763332d323833373330623035366433222c226772616e74223a2230316132306637312d666662382d373638652d616562642d366136626462656535663732222c2263616c6c223a2231653132383131352d313163342d653434342d313137342d636535646463623036356134222c22726561736f6e223a2273746f70706564222c227072616374696365223a747275657d',X'bc426e2737270b2e18460c67fb833becbc3cd2f9fa7b3aa7a16527486fc6be8a');
INSERT INTO audit VALUES(48,1795557259000,X'7b2277686174223a22636f64652d697373756564222c22706572736f6e223a2230316132306638642d373666382d376434352d396661642d363264323436663664623165222c22636f6465223a2230316132306638642d373666382d373737652d623231372d313530303937313231303166222c226279223a22612073746f7279227d',X'10db78bbeb9316e0a0dd7fbab84bc8c048f29b2af54d2f7255ec76512ed8d924');
INSERT INTO audit VALUES(49,1795557259000,X'7b2277686174223a227369676e65642d696e222c22706572736f6e223a2230316132306638642d373666382d376434352d396661642d363264323436663664623165222c22656e726f6c6d656e74223a2230316132306638642d373666382d373561322d626239652d373161323235383137313436222c226772616e74223a2230316132306638642d373666382d373230382d383265612d616238313235623439633930222c22636f6465223a2230316132306638642d373666382d373737652d623231372d313530303937313231303166222c22726561736f6e223a22656e726f6c6d656e742d636f6465227d',X'b0289ef5acd1c2180f4f57098db6dd4e48136ddd7c74b381a0c165cf7e136e51');
INSERT INTO audit VALUES(50,1795557259000,X'7b2277686174223a2263616c6c2d61736b6564222c22706572736f6e223a2230316132306638642d373666382d376434352d396661642d363264323436663664623165222c226772616e74223a2230316132306638642d373666382d373230382d383265612d616238313235623439633930222c2263616c6c223a2236636637323336632d656563342d316364652d373535652d613338326362333766363332222c227072616374696365223a747275657d',X'c814b4161aa053b05679a0f80d5a93d332122357445dcbd3164a23b4aef1c8ce');
INSERT INTO audit VALUES(51,1795557259000,X'7b2277686174223a2263616c6c2d656e646564222c22706572736f6e223a2230316132306638642d373666382d376434352d396661642d363264323436663664623165222c226772616e74223a2230316132306638642d373666382d373230382d383265612d616238313235623439633930222c2263616c6c223a2236636637323336632d656563342d316364652d373535652d613338326362333766363332222c22726561736f6e223a22636f6e6669726d6564222c227072616374696365223a747275657d',X'43b532f97916f90dd53581aea466fb7fb073dba1a2bdd94c52677d2f809f4a56');
INSERT INTO audit VALUES(52,1795557259000,X'7b2277686174223a22636f64652d697373756564222c22706572736f6e223a2230316132306638642d373666382d373433632d626435612d306562383731376332333465222c22636f6465223a2230316132306638642d373666382d373862612d386566382d626132373134343539383263222c226279223a22612073746f7279227d',X'e1c2c896dd9c7735bca636d81ce4bbc754f197d8ab224526936ece5de6ae7db8');
INSERT INTO audit VALUES(53,1795557259000,X'7b2277686174223a227369676e65642d696e222c22706572736f6e223a2230316132306638642d373666382d373433632d626435612d306562383731376332333465222c22656e726f6c6d656e74223a2230316132306638642d373666382d376238392d613939362d336632663463323730363838222c226772616e74223a2230316132306638642d373666382d376161322d386333642d383630346132386561653436222c22636f6465223a2230316132306638642d373666382d373862612d386566382d626132373134343539383263222c22726561736f6e223a22656e726f6c6d656e742d636f6465227d',X'436669cb1b7913f20f1ccb99ae173da2d8add1a7006aad92e2044d4cb34a6ed6');
INSERT INTO audit VALUES(54,1795557259000,X'7b2277686174223a2263616c6c2d61736b6564222c22706572736f6e223a2230316132306638642d373666382d373433632d626435612d306562383731376332333465222c226772616e74223a2230316132306638642d373666382d376161322d386333642d383630346132386561653436222c2263616c6c223a2234623532363531662d656365662d653130342d613539642d663039356261633639366336222c227072616374696365223a747275657d',X'28d6edbcdb5027aa4cf0ded71cabaf4c00d7cd8a14cd34ca5b0959a36adf3186');
INSERT INTO audit VALUES(55,1795557259000,X'7b2277686174223a227369676e2d696e2d72656675736564222c22726561736f6e223a22636f64655f756e6b6e6f776e227d',X'b21493de58f56f2ff3efed5906ea00adfbaa7466d3b833ff27a2609411124b28');
INSERT INTO audit VALUES(56,1795557259000,X'7b2277686174223a226261636b75702d6d616465222c226279223a22612073746f7279227d',X'13f2d86372fd8c160690ec0d038dd8bdbcd56f2d01992f3d93c6a7f16d888541');
CREATE TABLE audit_addresses (
    sequence integer not null primary key,
    at integer not null,
    address text not null,
    -- Whom the row names; empty for nobody.
    person text not null
) strict;
INSERT INTO audit_addresses VALUES(9,1795553659000,'203.0.113.9','01a20f56-8878-7a23-a08f-561e3b1e2db8');
INSERT INTO audit_addresses VALUES(12,1795553659000,'203.0.113.9','01a20f56-8878-7a23-a08f-561e3b1e2db8');
INSERT INTO audit_addresses VALUES(14,1795553659000,'203.0.113.9','01a20f56-8878-72f9-971c-932be8bdfbe2');
INSERT INTO audit_addresses VALUES(17,1795553659000,'203.0.113.9','01a20f56-8878-72f9-971c-932be8bdfbe2');
INSERT INTO audit_addresses VALUES(19,1795553659000,'203.0.113.9','01a20f56-8878-72eb-b66a-4b1268c26ef1');
INSERT INTO audit_addresses VALUES(28,1795555459000,'203.0.113.9','01a20f71-ffb8-7683-ab64-317af115daf6');
INSERT INTO audit_addresses VALUES(29,1795555459000,'203.0.113.9','01a20f71-ffb8-7683-ab64-317af115daf6');
INSERT INTO audit_addresses VALUES(30,1795555459000,'203.0.113.9','01a20f56-8878-7a23-a08f-561e3b1e2db8');
INSERT INTO audit_addresses VALUES(31,1795555459000,'203.0.113.9','01a20f71-ffb8-7683-ab64-317af115daf6');
INSERT INTO audit_addresses VALUES(32,1795555459000,'203.0.113.9','01a20f56-8878-72f9-971c-932be8bdfbe2');
INSERT INTO audit_addresses VALUES(39,1795555459000,'203.0.113.9','01a20f71-ffb8-70bc-8395-1c07075b7d0d');
INSERT INTO audit_addresses VALUES(40,1795555459000,'203.0.113.9','01a20f71-ffb8-70bc-8395-1c07075b7d0d');
INSERT INTO audit_addresses VALUES(45,1795555459000,'203.0.113.9','01a20f71-ffb8-729b-a7c3-283730b056d3');
INSERT INTO audit_addresses VALUES(49,1795557259000,'203.0.113.9','01a20f8d-76f8-7d45-9fad-62d246f6db1e');
INSERT INTO audit_addresses VALUES(53,1795557259000,'203.0.113.9','01a20f8d-76f8-743c-bd5a-0eb8717c234e');
INSERT INTO audit_addresses VALUES(55,1795557259000,'203.0.113.9','');
CREATE TABLE audit_head (
    id integer not null primary key check (id = 1),
    sequence integer not null,
    hash blob not null,
    at integer not null
) strict;
INSERT INTO audit_head VALUES(1,56,X'13f2d86372fd8c160690ec0d038dd8bdbcd56f2d01992f3d93c6a7f16d888541',1795557259000);
CREATE TABLE audit_start (
    id integer not null primary key check (id = 1),
    sequence integer not null,
    hash blob not null,
    at integer not null,
    proof blob not null
) strict;
INSERT INTO audit_start VALUES(1,3,X'766acba58d6808a252a3c626af48f8bfd90ead8ae21dd0a218349cb1a10bf46f',1730753659000,X'7e18db5c98335eb09ed3e9cde5646236af710ff28b189a522f088cd20781f763');
CREATE INDEX people_by_departure on people (departed_at) where departed_at > 0;
CREATE INDEX codes_of_person on codes (person);
CREATE INDEX grants_of_code on grants (code);
CREATE INDEX grants_of_person on grants (person);
CREATE INDEX sessions_by_use on sessions (used_at);
CREATE INDEX sessions_of_grant on sessions (grant_id);
CREATE INDEX sessions_of_person on sessions (person);
CREATE INDEX enrolments_of_grant on enrolments (grant_id);
CREATE INDEX enrolments_of_person on enrolments (person);
CREATE INDEX enrolments_by_reference on enrolments (reference);
CREATE INDEX methods_by_key on methods (key_id, id);
CREATE INDEX methods_by_number on methods (number_hash);
CREATE INDEX guesses_by_slot on guesses (slot);
CREATE INDEX calls_queued on calls (kind, turn) where state = 'queued';
CREATE INDEX calls_on_line on calls (node) where node <> '';
CREATE INDEX calls_to_phone on calls (phone_hash, queued_at);
CREATE INDEX calls_of_grant on calls (grant_id);
CREATE INDEX calls_of_person on calls (person, queued_at);
CREATE INDEX calls_by_time on calls (queued_at);
CREATE INDEX calls_by_placing on calls (placed_at);
CREATE INDEX calls_by_end on calls (ended_at);
CREATE INDEX pending_numbers_by_key on pending_numbers (key_id, call);
CREATE INDEX audit_addresses_by_time on audit_addresses (at);
CREATE INDEX audit_addresses_of_person on audit_addresses (person);
COMMIT;
