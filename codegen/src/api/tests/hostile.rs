use super::*;

/// Texts that have broken generators.
const HOSTILE: &[&str] = &[
    "../../etc/passwd",
    "a\\\"]; evil() //",
    "*/ evil",
    "line\\nbreak",
    "gr\\u00f6\\u00dfe",
    "\\u202eabc",
    "r#type",
    "self",
    "Self",
    "crate",
    "9lives",
    "Option",
    "String",
    "Default",
    "None",
    "con",
    "",
    "\\0",
    "\\U0001f600",
    "extra",
    "send",
];

/// Either the document is refused, with a place, or all its names are sound.
fn check(text: &str) {
    match build_with(text, &DocsFile::default()) {
        Ok(api) => check_names(&api),
        Err(error) => assert!(!error.labels.is_empty(), "no place: {error}"),
    }
}

#[test]
fn hostile_names_become_identifiers_or_errors() {
    let template = "
  /things:
    get:
      operationId: \"OPERATION\"
      tags: [\"TAG\"]
      parameters:
      - {name: \"PARAMETER\", in: query, schema: {type: string, enum: [\"VALUE\"]}}
      - {name: filters, in: query, schema: {type: string}, x-filters: {\"KEY\": {}}}
      requestBody: {x-name: \"BODY\", content: {application/json: {schema: {title: \"TITLE\", type: object, properties: {\"PROPERTY\": {type: string, enum: [a]}}}}}}
      responses:
        '200': {description: '', headers: {\"HEADER\": {schema: {type: string}}}, content: {application/json: {schema: {$ref: '#/components/schemas/Used'}}}}
";
    let names = [
        "OPERATION",
        "TAG",
        "PARAMETER",
        "VALUE",
        "KEY",
        "BODY",
        "TITLE",
        "PROPERTY",
        "HEADER",
        "DEFINITION",
        "XNAME",
    ];
    for hostile in HOSTILE {
        for name in names {
            let definition = "\"DEFINITION\": {type: object, x-name: XNAME, properties: {A: {type: string}}}\n\"DEFINITION2\": {type: string}";
            let mut text = document(template, definition);
            text = text.replace(&format!("x-name: {name},"), &format!("x-name: \"{hostile}\","));
            text = text.replace(&format!("\"{name}\""), &format!("\"{hostile}\""));
            check(&text);
        }
    }
}

#[test]
fn a_schema_that_is_too_deep_is_refused() {
    let depth = 40;
    let deep =
        format!("Deep: {}{{type: string}}{}", "{type: array, items: ".repeat(depth), "}".repeat(depth));
    assert_eq!(refused(&with_schemas(&deep)), "schemas stand in each other more than 32 deep");
}

#[test]
fn all_of_that_goes_too_deep_is_refused() {
    let link = |index: usize| {
        let next = index + 1;
        format!(
            "C{index}: {{allOf: [{{$ref: '#/components/schemas/C{next}'}}, {{type: object, properties: {{P{index}: {{type: string}}}}}}]}}\n"
        )
    };
    let chain: String = (0..2000).map(link).collect();
    let chain = format!("{chain}C2000: {{type: object, properties: {{A: {{type: string}}}}}}");
    assert_eq!(refused(&with_schemas(&chain)), "schemas stand in each other more than 32 deep");
}

#[test]
fn a_long_way_between_types_is_no_depth() {
    let link = |index: usize| {
        let next = (index + 1) % 5000;
        format!("L{index}: {{type: object, properties: {{A: {{$ref: '#/components/schemas/L{next}'}}}}}}\n")
    };
    let api = build(&with_schemas(&(0..5000).map(link).collect::<String>()));
    let boxed = |def: &&TypeDef| match &def.kind {
        TypeKind::Struct(fields) => fields.iter().any(|field| field.boxed),
        _ => false,
    };
    assert_eq!(api.types.values().filter(boxed).count(), 1);
}

#[test]
fn a_version_must_be_one() {
    for version in ["", "1", "1.2.3", "../1.51", "1.51\\\"; evil", "-1.5", "99999.1"] {
        let text = with_schemas("").replace("'1.51'", &format!("\"{version}\""));
        assert!(refused(&text).contains("is not an API version"), "{version}");
    }
}
