use super::*;

const ID: &str = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n";
const JSON: &str = "content: {application/json: {schema: {$ref: '#/components/schemas/Used'}}}";
const BYTES: &str = "content: {application/x-tar: {schema: {type: string, format: binary}}}";

fn answer(members: &str) -> Answer {
    build(&with_operation(&format!("{ID}{members}"))).operations[0].answer.clone()
}

fn no_answer(members: &str) -> String {
    refused(&with_operation(&format!("{ID}{members}")))
}

#[test]
fn one_success_with_json_or_204_is_plain() {
    assert_eq!(
        answer(&format!(
            "responses: {{'200': {{description: '', {JSON}}}, '500': {{description: '', {JSON}}}}}"
        )),
        Answer::Json(named("Used"))
    );
    assert_eq!(answer("responses: {'204': {description: ''}, '304': {description: ''}}"), Answer::Empty);
    let inline = "responses: {'201': {description: '', content: {application/json: {schema: {type: object, properties: {Id: {type: string}}}}}}}";
    assert_eq!(answer(inline), Answer::Json(named("ThingMakeResponse")));
}

#[test]
fn what_is_not_plain_must_be_declared() {
    let undeclared = "what a successful `ThingMake` gives is neither plain JSON nor declared";
    assert_eq!(no_answer("responses: {'200': {description: ''}}"), undeclared);
    assert_eq!(no_answer("responses: {'500': {description: ''}}"), undeclared);
    assert_eq!(no_answer(&format!("responses: {{'200': {{description: '', {BYTES}}}}}")), undeclared);
    assert_eq!(
        no_answer(&format!("responses: {{'200': {{description: '', {JSON}}}, '204': {{description: ''}}}}")),
        undeclared
    );
}

#[test]
fn a_declaration_says_what_a_success_gives() {
    let declared = |kind: &str| {
        answer(&format!("x-answer: {{kind: {kind}}}\nresponses: {{'200': {{description: '', {BYTES}}}}}"))
    };
    assert_eq!(declared("logs"), Answer::Logs);
    assert_eq!(declared("bytes"), Answer::Bytes);
    assert_eq!(declared("duplex"), Answer::Duplex);
    assert_eq!(declared("text"), Answer::Text);
    assert_eq!(declared("empty"), Answer::Empty);
    // A text that is JSON.
    assert_eq!(declared("json"), Answer::Json(Type::String));
    let schema = "x-answer: {kind: json-stream, schema: {$ref: '#/components/schemas/Used'}}\nresponses: {'200': {description: ''}}";
    assert_eq!(answer(schema), Answer::JsonStream(named("Used")));
    let api = build(&with_operation(&format!("{ID}{schema}")));
    assert_eq!(api.operations[0].responses[0].body, Some(named("Used")));
    assert!(api.types["Used"].received);
}

#[test]
fn headers_and_outcomes_are_types_of_the_operation() {
    let headers = "x-answer: {kind: headers}\nresponses: {'200': {description: '', headers: {X-Path-Stat: {x-encoding: base64-json, x-schema: {$ref: '#/components/schemas/Used'}, schema: {type: string}}, Swarm: {schema: {type: string, enum: [a]}}, State: {x-name: ThingState, schema: {type: string, x-name: ThingState, enum: [a]}}}}}";
    assert_eq!(answer(headers), Answer::Headers("ThingMakeHeaders".to_owned()));
    let api = build(&with_operation(&format!("{ID}{headers}")));
    let headers = &api.operations[0].responses[0].headers;
    assert_eq!(
        (&headers[0].ty, headers[0].encoding, headers[0].rust_name.as_str()),
        (&named("Used"), Encoding::Base64Json, "x_path_stat")
    );
    assert_eq!(headers[1].ty, named("ThingMakeSwarm"));
    assert_eq!((&headers[2].ty, headers[2].rust_name.as_str()), (&named("ThingState"), "state"));

    let outcome = format!(
        "x-answer: {{kind: outcome, variants: {{'304': AlreadyStarted, '200': Started}}}}\nresponses: {{'200': {{description: '', {JSON}}}, '304': {{description: ''}}}}"
    );
    let Answer::Outcome { type_name, variants } = answer(&outcome) else { panic!("no outcome") };
    assert_eq!(type_name, "ThingMakeOutcome");
    let variants: Vec<_> =
        variants.into_iter().map(|variant| (variant.status, variant.name, variant.body)).collect();
    assert_eq!(
        variants,
        [(200, "Started".to_owned(), Some(named("Used"))), (304, "AlreadyStarted".to_owned(), None)]
    );
}

#[test]
fn a_declaration_that_cannot_be_is_refused() {
    let cases = [
        ("{kind: magic}", "the kind of an answer is"),
        ("[]", "`x-answer` must be a mapping"),
        ("{kind: empty, colour: red}", "`x-answer` has no `colour`"),
        ("{kind: headers}", "the success of `ThingMake` has no headers"),
        ("{kind: json}", "nothing says what the JSON is"),
        ("{kind: empty, schema: {type: string}}", "an answer of kind `empty` has no schema"),
        ("{kind: outcome}", "`variants` and the kind `outcome` go together"),
        ("{kind: outcome, variants: {'304': Same}}", "`ThingMake` documents no response 304"),
        ("{kind: outcome, variants: {}}", "an outcome needs at least one status"),
    ];
    for (declaration, message) in cases {
        let found = no_answer(&format!("x-answer: {declaration}\nresponses: {{'204': {{description: ''}}}}"));
        assert!(found.starts_with(message), "{declaration}: {found}");
    }
}
