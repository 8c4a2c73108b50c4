use super::*;

const PLAIN: &str = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]\nresponses: {'204': {description: ''}}\n";

fn parameters(list: &str) -> Vec<Parameter> {
    let list: String = list.lines().map(|line| format!("  {line}\n")).collect();
    let id = "  - {name: id, in: path, required: true, schema: {type: string}}";
    build(&with_operation(&format!("responses: {{'204': {{description: ''}}}}\nparameters:\n{id}\n{list}")))
        .operations[0]
        .parameters
        .clone()
}

#[test]
fn names_an_operation_and_its_parts() {
    let api = build(&with_operation(&format!(
        "deprecated: true\nx-deprecated: {{since: '1.44', replaced-by: Other}}\nx-upgrade: tcp\nx-long-poll: true\n{PLAIN}"
    )));
    let operation = &api.operations[0];
    assert_eq!((operation.method_name.as_str(), operation.type_name.as_str()), ("thing_make", "ThingMake"));
    assert_eq!((operation.method, operation.tag.as_str()), (Method::Post, "Thing"));
    assert_eq!(operation.upgrade.as_deref(), Some("tcp"));
    assert!(operation.long_poll);
    let deprecation = operation.deprecation.as_ref().expect("deprecated");
    assert_eq!(deprecation.since, Some(ApiVersion { major: 1, minor: 44 }));
    assert_eq!(deprecation.replaced_by.as_deref(), Some("Other"));
    assert_eq!(operation.answer, Answer::Empty);
}

#[test]
fn the_projects_name_of_an_operation_goes_before_the_documents() {
    let text = with_operation(&format!("x-name: MakeThing\n{PLAIN}"));
    let docs = "operations: {MakeThing: {summary: Ours., parameters: {id: Which thing.}}}";
    let docs = DocsFile::parse(&Source::new("docs.yaml", docs)).expect("valid");
    let api = build_with(&text, &docs).unwrap_or_else(|error| panic!("{}", error.render(false)));
    let operation = &api.operations[0];
    assert_eq!(operation.id, "ThingMake");
    assert_eq!((operation.method_name.as_str(), operation.type_name.as_str()), ("make_thing", "MakeThing"));
    assert_eq!(operation.docs.summary.as_deref(), Some("Ours."));
    assert_eq!(operation.parameters[0].docs.summary.as_deref(), Some("Which thing."));
    assert!(docs.unused(&[api]).is_empty());
    assert_eq!(refused(&with_operation(&format!("x-name: 1\n{PLAIN}"))), "`x-name` must be a text, not 1");
}

#[test]
fn values_of_a_repeated_key_may_be_json() {
    let items = "{type: string, x-encoding: json, x-schema: {$ref: '#/components/schemas/Used'}}";
    let list = format!(
        "- {{name: platforms, in: query, style: form, explode: true, schema: {{type: array, items: {items}}}}}"
    );
    let parameter = &parameters(&list)[1];
    assert_eq!((parameter.encoding, &parameter.ty), (Encoding::MultiJson, &array(named("Used"))));
    let build = |list: String| {
        refused(&with_operation(&PLAIN.replace("parameters: [", &format!("parameters: [{}, ", &list[2..]))))
    };
    assert_eq!(
        build(list.replace("explode: true", "explode: false")),
        "the values of `platforms` are JSON, which holds what stands between them"
    );
    assert_eq!(
        build(list.replace("x-encoding: json", "x-encoding: newline")),
        "`x-encoding` of items is `json`, not `newline`"
    );
    assert_eq!(
        build(list.replace(", x-schema: {$ref: '#/components/schemas/Used'}", "")),
        "`x-encoding: json` needs an `x-schema`"
    );
}

#[test]
fn arrays_and_json_become_text_as_the_document_says() {
    let parameters = parameters(
        "
- {name: names, in: query, style: form, explode: true, schema: {type: array, items: {type: string}}}
- {name: fields, in: query, style: form, explode: false, schema: {type: array, items: {type: string}}}
- {name: changes, in: query, x-encoding: newline, schema: {type: array, items: {type: string}}}
- {name: platform, in: query, content: {application/json: {schema: {$ref: '#/components/schemas/Used'}}}}
- {name: X-Registry-Auth, in: header, x-encoding: base64url-json, x-schema: {$ref: '#/components/schemas/Used'}, schema: {type: string}}
- {name: signal, in: query, schema: {type: string, enum: [TERM, KILL], default: TERM}}
- {name: condition, in: query, x-name: until, schema: {type: string}}
- {name: filters, in: query, schema: {type: string}, x-filters: {'label!': {}, is-task: {values: [true, 'false']}, label: {}}}
",
    );
    let by_name =
        |name: &str| parameters.iter().find(|parameter| parameter.name == name).expect("the parameter");
    assert_eq!(by_name("names").encoding, Encoding::Multi);
    assert_eq!(by_name("fields").encoding, Encoding::Joined(','));
    assert_eq!(by_name("changes").encoding, Encoding::Joined('\n'));
    assert_eq!((by_name("platform").encoding, &by_name("platform").ty), (Encoding::Json, &named("Used")));
    let auth = by_name("X-Registry-Auth");
    assert_eq!(
        (auth.encoding, &auth.ty, auth.location),
        (Encoding::Base64UrlJson, &named("Used"), Location::Header)
    );
    assert_eq!(auth.rust_name, "x_registry_auth");
    assert_eq!(by_name("signal").ty, named("ThingMakeSignal"));
    assert_eq!(by_name("signal").facts.default, Some("TERM".into()));
    assert_eq!(by_name("condition").rust_name, "until");
    let filters = by_name("filters").filters.as_ref().expect("filters");
    assert_eq!(filters.type_name, "ThingMakeFilters");
    let mut keys: Vec<_> =
        filters.keys.iter().map(|key| (key.rust_name.as_str(), key.values.len())).collect();
    keys.sort_unstable();
    assert_eq!(keys, [("is_task", 2), ("label", 0), ("label_not", 0)]);
}

#[test]
fn parameters_of_the_path_hold_unless_the_operation_has_its_own() {
    let text = document(
        "
  /things/{id}:
    parameters:
    - {name: id, in: path, required: true, schema: {type: string}}
    - {name: all, in: query, schema: {type: boolean}}
    get:
      operationId: ThingGet
      tags: [Thing]
      parameters: [{name: all, in: query, schema: {type: integer}}, {name: size, in: query, schema: {type: boolean}}]
      responses: {'204': {description: ''}}
",
        "",
    );
    let api = build(&text);
    let parameters: Vec<_> = api.operations[0]
        .parameters
        .iter()
        .map(|parameter| (parameter.name.as_str(), parameter.ty.clone()))
        .collect();
    assert_eq!(
        parameters,
        [("id", Type::String), ("all", Type::Integer(Integer::I64)), ("size", Type::Bool)]
    );
}

#[test]
fn a_body_is_json_or_declared() {
    let body = |body: &str| with_operation(&format!("{PLAIN}requestBody: {body}"));
    let api = build(&body(
        "{required: true, x-name: execConfig, content: {application/json: {schema: {type: object, properties: {A: {type: string}}}}}}",
    ));
    let json = api.operations[0].body.as_ref().expect("a body");
    assert_eq!(
        (&json.kind, json.rust_name.as_str(), json.required),
        (&BodyKind::Json(named("ThingMakeRequest")), "exec_config", true)
    );
    assert_eq!(api.types["ThingMakeRequest"].module, "thing_make_request");
    let def = &api.types["ThingMakeRequest"];
    assert_eq!((def.sent, def.received), (true, false));
    let tar = build(&body(
        "{x-body: tar, content: {application/octet-stream: {schema: {type: string, format: binary}}}}",
    ));
    assert_eq!(
        tar.operations[0].body.as_ref().map(|body| (&body.kind, body.media_type.as_str())),
        Some((&BodyKind::Tar, "application/x-tar"))
    );
    let undeclared = "{content: {application/octet-stream: {schema: {type: string, format: binary}}}}";
    assert_eq!(refused(&body(undeclared)), "the body of `ThingMake` is neither JSON nor declared");
    assert_eq!(refused(&body("{content: {}}")), "the body of `ThingMake` is neither JSON nor declared");
    assert_eq!(refused(&body("{x-body: zip, content: {}}")), "`x-body` is `tar` or `raw`, not `zip`");
}

#[test]
fn what_is_not_an_operation_of_the_engine_is_refused() {
    let cases = [
        (
            "responses: {'204': {description: ''}}",
            "the path `/things/{id}/make` has `{id}` but no parameter of that name",
        ),
        (
            "responses: {'204': {description: ''}}\nparameters: [{name: id, in: path, required: true, schema: {type: string}}, {name: x, in: path, required: true, schema: {type: string}}]",
            "the path `/things/{id}/make` has no `{x}` for this parameter",
        ),
        (
            "responses: {'204': {description: ''}}\nparameters: [{name: id, in: path, required: false, schema: {type: string}}]",
            "the path parameter `id` must be required",
        ),
        (
            "responses: {'204': {description: ''}}\nparameters: [{name: id, in: path, required: true, schema: {type: string}}, {name: Id, in: query, schema: {type: string}}]",
            "two parameters of `ThingMake` would be named `id`: \"Id\" and \"id\"",
        ),
        (
            "responses: {'204': {description: ''}}\nparameters: [{name: id, in: path, required: true, schema: {type: string}}, {name: o, in: query, schema: {type: object}}]",
            "nothing says how the value of `o` becomes text",
        ),
        (
            "responses: {'204': {description: ''}}\nx-upgrade: spdy\nparameters: [{name: id, in: path, required: true, schema: {type: string}}]",
            "`x-upgrade` is `tcp`, `h2c` or `websocket`, not `spdy`",
        ),
    ];
    for (operation, message) in cases {
        assert_eq!(refused(&with_operation(operation)), message);
    }
    let twice = PING.replace("/ping", "/pong");
    assert!(
        refused(&document(&format!("{PING}{twice}"), ""))
            .starts_with("two types of the operations would be named `Ping`")
    );
    assert_eq!(
        refused(&document(&PING.replace("  tags: [System]", "  tags: []"), "")),
        "`Ping` has no tag, which names the module it goes to"
    );
}

#[test]
fn types_know_who_carries_them() {
    let text = document(
        "
  /a:
    post:
      operationId: A
      tags: [T]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Sent'}}}}
      responses: {'200': {description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Got'}}}}}}
",
        "
Sent: {type: object, properties: {Both: {$ref: '#/components/schemas/Both'}}}
Got: {type: object, properties: {Map: {type: object, additionalProperties: {$ref: '#/components/schemas/Both'}}}}
Both: {type: object, properties: {Inner: {type: string, enum: [a]}}}
Nobody: {type: object, properties: {Of: {$ref: '#/components/schemas/Nobodys'}}}
Nobodys: {type: object, properties: {A: {type: string}}}
",
    );
    let api = build(&text);
    let way = |name: &str| (api.types[name].sent, api.types[name].received);
    assert_eq!(way("Sent"), (true, false));
    assert_eq!(way("Got"), (false, true));
    assert_eq!((way("Both"), way("BothInner")), ((true, true), (true, true)));
    assert_eq!((way("Nobody"), way("Nobodys")), ((false, true), (false, true)));
}
