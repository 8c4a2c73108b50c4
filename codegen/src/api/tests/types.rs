use super::*;

#[test]
fn inline_types_are_named_after_where_they_stand() {
    let api = build(&with_schemas(
        "
Mount:
  type: object
  required: [Type]
  properties:
    Type: {type: string, enum: [bind, '']}
    BindOptions:
      type: object
      properties:
        Propagation: {type: string}
    Ulimits: {type: array, items: {type: object, properties: {Soft: {type: integer}}}}
    Peers: {type: object, additionalProperties: {type: object, properties: {IP: {type: string}}}}
    Titled: {type: object, title: MountExtra, properties: {A: {type: boolean}}}
    Sentence: {type: object, title: 'More of it', properties: {A: {type: boolean}}}
    Renamed: {type: object, x-name: IPThing, properties: {A: {type: boolean}}}
",
    ));
    let names: Vec<&str> = api.types.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "Used",
            "Mount",
            "MountType",
            "MountBindOptions",
            "MountUlimitsItem",
            "MountPeersValue",
            "MountExtra",
            "MountSentence",
            "IpThing"
        ]
    );
    let modules: Vec<&str> = api.types.values().skip(1).map(|def| def.module.as_str()).collect();
    assert_eq!(modules, ["mount", "mount", "mount", "mount", "mount", "mount_extra", "mount", "ip_thing"]);
    let kind = field(&api, "Mount", "Type");
    assert_eq!((kind.rust_name.as_str(), &kind.ty, kind.required), ("type_", &named("MountType"), true));
    assert_eq!(field(&api, "Mount", "Ulimits").ty, array(named("MountUlimitsItem")));
    assert_eq!(field(&api, "Mount", "Peers").ty, map(named("MountPeersValue")));
    let TypeKind::Enum(variants) = &api.types["MountType"].kind else { panic!("no enum") };
    let variants: Vec<_> =
        variants.iter().map(|variant| (variant.value.as_str(), variant.name.as_str())).collect();
    assert_eq!(variants, [("bind", "Bind"), ("", "Empty")]);
    assert_eq!(api.types["Mount"].definition.as_deref(), Some("Mount"));
    assert_eq!(api.types["MountType"].definition, None);
}

#[test]
fn inline_types_of_one_name_and_form_are_one_type() {
    let limits = |name: &str, of: &str| {
        format!(
            "\n{name}:\n  type: object\n  properties:\n    Limits: {{type: array, items: {{type: object, x-name: Limit, \
             description: Of {name}., properties: {{description: {{type: {of}}}}}}}}}\n"
        )
    };
    let api = build(&with_schemas(&(limits("One", "string") + &limits("Other", "string"))));
    assert_eq!(api.types.keys().filter(|name| name.starts_with("Limit")).count(), 1);
    assert_eq!(field(&api, "One", "Limits").ty, array(named("Limit")));
    assert_eq!(field(&api, "Other", "Limits").ty, array(named("Limit")));
    let message = refused(&with_schemas(&(limits("One", "string") + &limits("Other", "integer"))));
    assert!(message.starts_with("two types would be named `Limit`"), "{message}");
}

#[test]
fn an_object_without_properties_is_never_guessed_at() {
    let api = build(&with_schemas(
        "
Volume:
  type: object
  properties:
    Status: {type: object}
    Anything: {}
    Labels: {type: object, additionalProperties: {type: string}}
    Ports: {type: object, additionalProperties: {type: object}}
    Set: {type: object, additionalProperties: {type: object, enum: [{}], default: {}}}
    Free: {type: object, additionalProperties: true}
    Closed: {type: object, additionalProperties: false}
",
    ));
    let ty = |wire: &str| field(&api, "Volume", wire).ty.clone();
    assert_eq!(ty("Status"), Type::Json);
    assert_eq!(ty("Anything"), Type::Json);
    assert_eq!(ty("Labels"), map(Type::String));
    assert_eq!(ty("Ports"), map(Type::Json));
    assert_eq!(ty("Set"), map(Type::Json));
    assert_eq!(ty("Free"), map(Type::Json));
    assert_eq!(ty("Closed"), Type::Json);
}

#[test]
fn numbers_and_texts_are_what_their_format_says() {
    let api = build(&with_schemas(
        "
All:
  type: object
  properties:
    a: {type: integer}
    b: {type: integer, format: uint16, minimum: 1, maximum: 65535, default: 5}
    c: {type: integer, format: uint64, maximum: 18446744073709551615}
    d: {type: number}
    e: {type: number, format: float}
    f: {type: string, format: dateTime}
    g: {type: string, format: date-time}
    h: {type: string, format: password}
    i: {type: string, format: ip-address, maxLength: 15}
    j: {type: integer, enum: [0, 1, 2]}
",
    ));
    let ty = |wire: &str| field(&api, "All", wire).ty.clone();
    assert_eq!(ty("a"), Type::Integer(Integer::I64));
    assert_eq!(ty("b"), Type::Integer(Integer::U16));
    assert_eq!(ty("c"), Type::Integer(Integer::U64));
    assert_eq!(ty("d"), Type::Float { single: false });
    assert_eq!(ty("e"), Type::Float { single: true });
    assert_eq!((ty("f"), ty("g"), ty("h")), (Type::DateTime, Type::DateTime, Type::Secret));
    let facts = &field(&api, "All", "b").facts;
    assert_eq!((facts.minimum.clone(), facts.maximum.clone()), (Some(1.into()), Some(65535.into())));
    assert_eq!((facts.default.clone(), facts.format.as_deref()), (Some(5.into()), Some("uint16")));
    assert_eq!(field(&api, "All", "i").facts.max_length, Some(15));
    assert_eq!(field(&api, "All", "j").facts.allowed, [0, 1, 2].map(serde_json::Value::from));
}

#[test]
fn null_is_kept_where_it_may_stand() {
    let api = build(&with_schemas(
        "
PortMap: {type: object, additionalProperties: {type: array, nullable: true, items: {$ref: '#/components/schemas/Port'}}}
Port: {type: object, nullable: true, properties: {Public: {type: integer}}}
Holder:
  type: object
  properties:
    Map: {$ref: '#/components/schemas/PortMap'}
    Port: {$ref: '#/components/schemas/Port'}
    Text: {type: string, nullable: true}
    Wrapped: {nullable: true, description: why, allOf: [{$ref: '#/components/schemas/PortMap'}]}
",
    ));
    let nullable = |ty: Type| Type::Nullable(Box::new(ty));
    assert_eq!(api.types["PortMap"].kind, TypeKind::Alias(map(nullable(array(nullable(named("Port")))))));
    assert!(!field(&api, "Holder", "Map").nullable);
    assert!(field(&api, "Holder", "Port").nullable);
    assert!(field(&api, "Holder", "Text").nullable);
    let wrapped = field(&api, "Holder", "Wrapped");
    assert_eq!((wrapped.nullable, &wrapped.ty), (true, &named("PortMap")));
    assert_eq!(wrapped.docs.summary.as_deref(), Some("why"));
}

#[test]
fn all_of_several_is_one_struct() {
    let api = build(&with_schemas(
        "
HostConfig:
  allOf:
    - {$ref: '#/components/schemas/Alias'}
    - type: object
      required: [Memory]
      properties:
        Mode: {type: string, enum: [a, b]}
        CPUs: {type: integer}
    - {required: [Mode]}
Alias: {$ref: '#/components/schemas/Resources'}
Resources:
  type: object
  properties:
    Memory: {type: integer, description: Bytes.}
    Devices: {type: array, items: {type: object, properties: {Path: {type: string}}}}
    CPUs: {type: integer, nullable: true}
Once: {allOf: [{$ref: '#/components/schemas/Resources'}]}
",
    ));
    let names: Vec<_> =
        fields(&api, "HostConfig").iter().map(|field| (field.name.as_str(), field.required)).collect();
    assert_eq!(names, [("Memory", true), ("Devices", false), ("CPUs", false), ("Mode", true)]);
    assert_eq!(field(&api, "HostConfig", "Devices").ty, array(named("ResourcesDevicesItem")));
    assert_eq!(field(&api, "HostConfig", "Mode").ty, named("HostConfigMode"));
    assert!(!field(&api, "HostConfig", "CPUs").nullable);
    assert_eq!(field(&api, "HostConfig", "Memory").docs.summary.as_deref(), Some("Bytes."));
    assert!(!field(&api, "Resources", "Memory").required);
    assert_eq!(api.types["Once"].kind, TypeKind::Alias(named("Resources")));
    // Definitions stand in document order, though `Resources` was needed first.
    let names: Vec<&str> = api.types.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["Used", "HostConfig", "HostConfigMode", "Alias", "Resources", "ResourcesDevicesItem", "Once"]
    );
}

#[test]
fn what_all_of_cannot_mean_is_refused() {
    let contradiction = with_schemas(
        "
A:
  allOf:
    - {type: object, properties: {Id: {type: string}}}
    - {type: object, properties: {Id: {type: integer}}}
",
    );
    assert_eq!(refused(&contradiction), "members of `allOf` of `A` contradict each other on `Id`");
    let itself =
        "A: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {B: {type: string}}}]}";
    assert_eq!(refused(&with_schemas(itself)), "`A` contains itself through `allOf`");
    let text = "A: {allOf: [{type: string}, {type: object, properties: {B: {type: string}}}]}";
    assert_eq!(refused(&with_schemas(text)), "`allOf` of `A` has a member that is no object");
    let text = "B: {type: string}\nA: {allOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/Used'}]}";
    assert_eq!(refused(&with_schemas(text)), "`B` in `allOf` is no object");
    let missing = "A: {type: object, properties: {B: {$ref: '#/components/schemas/Nowhere'}}}";
    assert_eq!(
        refused(&with_schemas(missing)),
        "`#/components/schemas/Nowhere` names no definition of this document"
    );
    let one_of = "A: {type: object, properties: {B: {oneOf: [{type: string}, {type: integer}]}}}";
    assert_eq!(refused(&with_schemas(one_of)), "a schema with `oneOf` cannot become a Rust type");
}

#[test]
fn cycles_are_boxed_where_they_close() {
    let api = build(&with_schemas(
        "
Tree: {type: object, properties: {Left: {$ref: '#/components/schemas/Tree'}, All: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}
First: {type: object, required: [Second], properties: {Second: {$ref: '#/components/schemas/Name'}}}
Name: {$ref: '#/components/schemas/Second'}
Second: {type: object, properties: {First: {$ref: '#/components/schemas/First'}}}
",
    ));
    assert!(field(&api, "Tree", "Left").boxed);
    assert!(!field(&api, "Tree", "All").boxed);
    assert!(!field(&api, "First", "Second").boxed);
    assert!(field(&api, "Second", "First").boxed);

    let must = "A: {type: object, required: [B], properties: {B: {$ref: '#/components/schemas/A'}}}";
    assert!(refused(&with_schemas(must)).starts_with("`A` would have to contain itself"));
    let ring =
        "A: {type: array, items: {$ref: '#/components/schemas/B'}}\nB: {$ref: '#/components/schemas/A'}";
    assert!(refused(&with_schemas(ring)).ends_with("is only another name for itself"));
}

#[test]
fn a_name_that_is_taken_is_refused_with_both_places() {
    let inline =
        "Mount: {type: object, properties: {Type: {type: string, enum: [a]}}}\nMountType: {type: string}";
    let error = build_with(&with_schemas(inline), &DocsFile::default()).expect_err("two of one name");
    assert!(error.message.starts_with("two types would be named `MountType`"), "{error}");
    assert_eq!(error.labels.len(), 2);
    let fields = "A: {type: object, properties: {Id: {type: string}, ID: {type: string}}}";
    assert_eq!(refused(&with_schemas(fields)), "two fields of `A` would be named `id`: \"ID\" and \"Id\"");
    let variants = "A: {type: string, enum: [a-b, a_b]}";
    assert_eq!(
        refused(&with_schemas(variants)),
        "two variants of `A` would be named `AB`: \"a_b\" and \"a-b\""
    );
    let renamed = "A: {type: object, properties: {Id: {type: string}, ID: {type: string, x-name: OtherId}}}";
    assert_eq!(field(&build(&with_schemas(renamed)), "A", "ID").rust_name, "other_id");
}

#[test]
fn places_are_those_of_the_document() {
    let text = with_schemas(
        "A:\n  x-source: /components/schemas/A\n  type: object\n  properties:\n    B: {$ref: '#/components/schemas/Used'}\n    C:\n      type: string\n      x-source: /components/schemas/A/properties/C\n      enum:\n      - one\n      - two",
    );
    let api = build(&text);
    let line =
        |wanted: &str| text.lines().position(|line| line.trim() == wanted).expect("the line") as u32 + 1;
    assert_eq!(api.types["A"].origin.place.line, line("A:"));
    let by_reference = field(&api, "A", "B");
    assert_eq!(by_reference.origin.pointer, "/components/schemas/A/properties/B");
    assert_eq!(by_reference.origin.place.line, line("A:") + 4);
    let TypeKind::Enum(variants) = &api.types["AC"].kind else { panic!("no enum") };
    assert_eq!(variants[1].origin.pointer, "/components/schemas/A/properties/C/enum/1");
    assert_eq!(variants[1].origin.place.line, line("- two"));
}

#[test]
fn our_words_find_a_type_by_the_documents_spelling() {
    let source = Source::new("docs.yaml", "types:\n  IPAMConfig: {summary: Addresses.}\n");
    let docs = DocsFile::parse(&source).expect("valid docs");
    let text = with_schemas("IPAMConfig: {type: object, properties: {Subnet: {type: string}}}");
    let api = build_with(&text, &docs).expect("an Api");
    assert_eq!(api.types["IpamConfig"].docs.summary.as_deref(), Some("Addresses."));
    assert!(docs.unused(&[api]).is_empty());
}

#[test]
fn our_words_are_put_where_they_belong() {
    let source = Source::new(
        "docs.yaml",
        "types:\n  Base:\n    summary: A base.\n    fields: {Id: Its id.}\n  Whole:\n    fields: {Id: The whole one's id.}\n  BaseKind:\n    values: {a: x}\n",
    );
    let docs = DocsFile::parse(&source).expect("valid docs");
    let text = with_schemas(
        "
Base: {type: object, description: theirs, properties: {Id: {type: string, description: theirs}, Name: {type: string, description: theirs}}}
Whole: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {More: {type: string}}}]}
",
    );
    let api = build_with(&text, &docs).expect("an Api");
    assert_eq!(api.types["Base"].docs.summary.as_deref(), Some("A base."));
    assert_eq!(field(&api, "Base", "Id").docs.summary.as_deref(), Some("Its id."));
    assert_eq!(field(&api, "Base", "Name").docs.summary.as_deref(), Some("theirs"));
    assert_eq!(field(&api, "Whole", "Id").docs.summary.as_deref(), Some("The whole one's id."));
    assert_eq!(docs.unused(std::slice::from_ref(&api)), ["types.BaseKind", "types.BaseKind.values.a"]);
}

#[test]
fn null_for_an_empty_list_is_no_option() {
    let api = build(&with_schemas(
        "
Thing:
  type: object
  required: [Kept, Told]
  properties:
    Kept: {type: array, nullable: true, x-null: empty, items: {type: string}}
    Told: {type: array, nullable: true, items: {type: string}}
",
    ));
    assert!(!field(&api, "Thing", "Kept").nullable);
    assert!(field(&api, "Thing", "Told").nullable);
}
