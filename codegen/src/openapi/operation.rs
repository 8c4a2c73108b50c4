//! Lowers paths: parameters, bodies, responses.

use openapiv3::{
    Content, HeaderStyle, MediaType, ParameterData, ParameterSchemaOrContent, PathItem, PathStyle,
    QueryStyle, ReferenceOr, RequestBody, StatusCode,
};
use serde_json::{Value as Json, json};

use super::{external_docs, schema, sourced};
use crate::swagger::document::{
    Answer, AnswerKind, Body, CollectionFormat, Encoding, Extensions, Header, Kind, Location, Method,
    Operation, Parameter, Path, Response, Schema, Status,
};

const JSON: &str = "application/json";

pub(super) fn path(path: &Path) -> ReferenceOr<PathItem> {
    let mut item =
        PathItem { extensions: sourced(&path.at.pointer, &path.extensions), ..PathItem::default() };
    for operation in &path.operations {
        let slot = match operation.method {
            Method::Get => &mut item.get,
            Method::Put => &mut item.put,
            Method::Post => &mut item.post,
            Method::Delete => &mut item.delete,
            Method::Options => &mut item.options,
            Method::Head => &mut item.head,
            Method::Patch => &mut item.patch,
        };
        *slot = Some(lower(operation));
    }
    ReferenceOr::Item(item)
}

fn lower(operation: &Operation) -> openapiv3::Operation {
    let mut extensions = sourced(&operation.at.pointer, &operation.extensions);
    if let Some(answer) = &operation.answer {
        extensions.insert("x-answer".to_owned(), answer_json(answer));
    }
    let mut responses = openapiv3::Responses::default();
    for documented in &operation.responses {
        let lowered = ReferenceOr::Item(response(documented, operation));
        match documented.status {
            Status::Default => responses.default = Some(lowered),
            Status::Code(code) => drop(responses.responses.insert(StatusCode::Code(code), lowered)),
        }
    }
    openapiv3::Operation {
        tags: operation.tags.clone(),
        summary: operation.summary.clone(),
        description: operation.description.clone(),
        external_docs: operation.external_docs.as_ref().map(external_docs),
        operation_id: Some(operation.id.clone()),
        parameters: operation.parameters.iter().map(|input| ReferenceOr::Item(parameter(input))).collect(),
        request_body: operation
            .body
            .as_ref()
            .map(|body| ReferenceOr::Item(request_body(body, &operation.consumes))),
        responses,
        deprecated: operation.deprecated,
        extensions,
        ..openapiv3::Operation::default()
    }
}

fn answer_json(answer: &Answer) -> Json {
    let mut json = json!({ "kind": answer.kind.as_str() });
    if let Some(schema) = &answer.schema {
        json["schema"] = schema::to_json(schema);
    }
    if !answer.variants.is_empty() {
        let named = answer.variants.iter().map(|(code, name)| (code.to_string(), Json::from(name.as_str())));
        json["variants"] = named.collect();
    }
    json
}

fn parameter(parameter: &Parameter) -> openapiv3::Parameter {
    let array = parameter.schema.kind == Some(Kind::Array);
    let joined = parameter.collection_format.unwrap_or(CollectionFormat::Csv);
    let mut extensions = sourced(&parameter.at.pointer, &parameter.extensions);
    let format = format(&mut extensions, parameter.encoding, parameter.encoded.as_ref(), &parameter.schema);
    if array && !has_style(joined, parameter.location) {
        extensions.insert("x-collection-format".to_owned(), joined.as_str().into());
    }
    let parameter_data = ParameterData {
        name: parameter.name.clone(),
        description: parameter.description.clone(),
        required: parameter.required,
        deprecated: parameter.deprecated.then_some(true),
        format,
        example: None,
        examples: Default::default(),
        explode: array.then_some(joined == CollectionFormat::Multi),
        extensions,
    };
    match parameter.location {
        Location::Path => openapiv3::Parameter::Path { parameter_data, style: PathStyle::Simple },
        Location::Header => openapiv3::Parameter::Header { parameter_data, style: HeaderStyle::Simple },
        Location::Query => openapiv3::Parameter::Query {
            parameter_data,
            allow_reserved: false,
            style: match joined {
                CollectionFormat::Ssv if array => QueryStyle::SpaceDelimited,
                CollectionFormat::Pipes if array => QueryStyle::PipeDelimited,
                _ => QueryStyle::Form,
            },
            allow_empty_value: parameter.allow_empty_value.then_some(true),
        },
    }
}

/// Whether OpenAPI 3.0 has a style for it.
fn has_style(format: CollectionFormat, location: Location) -> bool {
    match format {
        CollectionFormat::Csv => true,
        CollectionFormat::Tsv => false,
        CollectionFormat::Multi | CollectionFormat::Ssv | CollectionFormat::Pipes => {
            location == Location::Query
        }
    }
}

/// The schema of a parameter or header. JSON text is `content`; other encodings keep the text's schema, and the value's
/// as `x-schema`.
fn format(
    extensions: &mut Extensions,
    encoding: Option<Encoding>,
    encoded: Option<&Schema>,
    text: &Schema,
) -> ParameterSchemaOrContent {
    if let Some(encoding) = encoding {
        extensions.insert("x-encoding".to_owned(), encoding.as_str().into());
    }
    match (encoding, encoded) {
        (Some(Encoding::Json), Some(value)) => {
            if let Some(default) = &text.default {
                extensions.insert("x-default".to_owned(), default.clone());
            }
            let media = MediaType { schema: Some(schema::lower(value)), ..MediaType::default() };
            return ParameterSchemaOrContent::Content(Content::from([(JSON.to_owned(), media)]));
        }
        (_, Some(value)) => drop(extensions.insert("x-schema".to_owned(), schema::to_json(value))),
        (_, None) => {}
    }
    ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema::item(text)))
}

fn request_body(body: &Body, consumes: &[String]) -> RequestBody {
    let mut extensions = sourced(&body.at.pointer, &body.extensions);
    // The name does not travel, but it is what people call the body. An `x-name` says it better.
    extensions.entry("x-name".to_owned()).or_insert_with(|| body.name.as_str().into());
    if let Some(kind) = body.kind {
        extensions.insert("x-body".to_owned(), kind.as_str().into());
    }
    RequestBody {
        description: body.description.clone(),
        content: content(consumes, Some(&body.schema)),
        required: body.required,
        extensions,
    }
}

fn content(media_types: &[String], schema: Option<&Schema>) -> Content {
    let media = |name: &str| {
        (name.to_owned(), MediaType { schema: schema.map(schema::lower), ..MediaType::default() })
    };
    match media_types {
        [] => {
            let bytes = schema.is_some_and(|schema| schema.format.as_deref() == Some("binary"));
            Content::from([media(if bytes { "application/octet-stream" } else { JSON })])
        }
        names => names.iter().map(|name| media(name)).collect(),
    }
}

fn response(response: &Response, operation: &Operation) -> openapiv3::Response {
    let mut extensions = sourced(&response.at.pointer, &response.extensions);
    if !response.examples.is_empty() {
        extensions.insert("x-examples".to_owned(), response.examples.clone().into_iter().collect());
    }
    openapiv3::Response {
        description: response.description.clone().unwrap_or_default(),
        headers: response
            .headers
            .iter()
            .map(|(name, h)| (name.clone(), ReferenceOr::Item(header(h))))
            .collect(),
        content: response_content(response, operation),
        links: Default::default(),
        extensions,
    }
}

/// Swagger has one list of media types for all responses of an operation. It is that of success: an error of an
/// operation that gives a tar archive is JSON all the same. A success without a schema keeps its media types when the
/// operation lists them itself.
fn response_content(response: &Response, operation: &Operation) -> Content {
    let Status::Code(code) = response.status else {
        return response
            .schema
            .as_ref()
            .map(|schema| content(&operation.produces, Some(schema)))
            .unwrap_or_default();
    };
    let no_body = matches!(code, 100..200 | 204 | 304);
    match &response.schema {
        Some(schema) if code >= 400 && !operation.produces.iter().any(|media| media == JSON) => {
            content(&[JSON.to_owned()], Some(schema))
        }
        Some(schema) => content(&operation.produces, Some(schema)),
        None if code < 300 && !no_body && operation.own_produces && !answers_nothing(operation) => {
            content(&operation.produces, None)
        }
        None => Content::new(),
    }
}

fn answers_nothing(operation: &Operation) -> bool {
    operation.produces.is_empty()
        || operation.method == Method::Head
        || matches!(&operation.answer, Some(answer) if matches!(answer.kind, AnswerKind::Empty | AnswerKind::Headers))
}

fn header(header: &Header) -> openapiv3::Header {
    let mut extensions = sourced(&header.at.pointer, &header.extensions);
    let mut format = format(&mut extensions, header.encoding, header.encoded.as_ref(), &header.schema);
    // A header that has a type of its own gives it its name.
    if let (Some(name), ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema))) =
        (extensions.get("x-name"), &mut format)
    {
        schema.schema_data.extensions.insert("x-name".to_owned(), name.clone());
    }
    if let Some(joined) = header.collection_format.filter(|joined| *joined != CollectionFormat::Csv) {
        extensions.insert("x-collection-format".to_owned(), joined.as_str().into());
    }
    openapiv3::Header {
        description: header.description.clone(),
        style: HeaderStyle::Simple,
        required: false,
        deprecated: None,
        format,
        example: None,
        examples: Default::default(),
        extensions,
    }
}
