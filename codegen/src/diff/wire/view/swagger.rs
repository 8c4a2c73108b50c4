//! Bodies, answers and parameters as Swagger 2.0 writes them, with the words of this project where they stand.

use super::{Body, Media, Parameter, Reader, Response, texts};
use crate::diff::change::Location;
use crate::diff::wire::schema::At;

/// A parameter or header: its type stands in it.
pub(super) fn parameter<'d>(at: &At<'d>, location: Location) -> Parameter<'d> {
    let array = at.text("type") == Some("array");
    let encoding = at.text("x-encoding");
    let style = match (encoding, at.text("collectionFormat")) {
        (Some(encoding), _) => Some(encoding.to_owned()),
        (None, Some(format)) if array => Some(format.to_owned()),
        (None, None) if array => Some("csv".to_owned()),
        (None, _) => None,
    };
    Parameter {
        name: at.text("name").unwrap_or_default(),
        location,
        at: at.clone(),
        required: at.is("required"),
        schema: vec![at.clone()],
        style,
        encoded: at.get("x-schema"),
    }
}

impl<'d> Reader<'d> {
    pub(super) fn swagger_request(&mut self, operation: &At<'d>, written: &[At<'d>]) -> Option<Body<'d>> {
        let names = || texts(operation.get("consumes").or_else(|| At::new(self.root, "").get("consumes")));
        let form = written.iter().any(|parameter| parameter.text("in") == Some("formData"));
        let Some(body) = written.iter().find(|parameter| parameter.text("in") == Some("body")) else {
            // The fields of a form are parameters here; its media types are the body's.
            let media = names().into_iter().map(|(name, at)| Media { name: Some(name), at, schema: None });
            return form.then(|| Body { at: operation.clone(), required: false, content: media.collect() });
        };
        let schema = body.get("schema");
        let mut content: Vec<Media<'d>> = names()
            .into_iter()
            .map(|(name, at)| Media { name: Some(name), at, schema: schema.clone() })
            .collect();
        if content.is_empty() {
            content.push(Media { name: None, at: body.clone(), schema });
        }
        Some(Body { at: body.clone(), required: body.is("required"), content })
    }

    pub(super) fn swagger_responses(&mut self, operation: &At<'d>, method: &str) -> Vec<Response<'d>> {
        let own = operation.get("produces");
        let answer = operation.get("x-answer");
        let kind = answer.as_ref().and_then(|answer| answer.text("kind"));
        let mut responses = self.responses(operation, |_, status, at| {
            let schema = at.get("schema");
            let content = Vec::from_iter(schema.map(|schema| Media {
                name: None,
                at: schema.clone(),
                schema: Some(schema),
            }));
            let headers = at.get("headers");
            let headers = headers
                .iter()
                .flat_map(At::named)
                .map(|(name, header)| Parameter { name, ..parameter(&header, Location::Response(status)) });
            Response { status, headers: headers.collect(), content, at }
        });
        // The media types are those of success: an error of an operation that gives a tar archive is JSON all the same.
        let Some(success) = responses.iter_mut().find(|response| (200..300).contains(&response.status))
        else {
            return responses;
        };
        match kind {
            Some("empty" | "headers") => success.content.clear(),
            // What the document says of bytes is how it says that there are bytes.
            Some("bytes" | "logs" | "duplex" | "text") => {
                success.content.iter_mut().for_each(|media| media.schema = None)
            }
            _ => {
                if let Some(schema) = answer.and_then(|answer| answer.get("schema")) {
                    success.content = vec![Media { name: None, at: schema.clone(), schema: Some(schema) }];
                }
            }
        }
        let nothing = method == "head" || success.status == 204 || matches!(kind, Some("empty" | "headers"));
        if nothing || (success.content.is_empty() && own.is_none()) {
            return responses;
        }
        let schema = success.content.pop().and_then(|media| media.schema);
        let names = texts(own.or_else(|| At::new(self.root, "").get("produces")));
        success.content = names
            .into_iter()
            .map(|(name, at)| Media { name: Some(name), at, schema: schema.clone() })
            .collect();
        if success.content.is_empty()
            && let Some(schema) = schema
        {
            success.content.push(Media { name: None, at: schema.clone(), schema: Some(schema) });
        }
        responses
    }
}
