//! Parameters, and how the value of one becomes text. Response headers are read the same way.

use openapiv3 as oa;
use openapiv3::{ParameterSchemaOrContent, QueryStyle, ReferenceOr};
use serde_json::Value;

use super::Builder;
use super::extensions::{self, Extensions};
use super::operations::Open;
use super::types::{Spot, Used};
use crate::api::names::{Kind, Scope};
use crate::api::place::step;
use crate::api::{Docs, Encoding, FilterKey, Filters, Life, Location, Origin, Parameter, Result, Type};

impl<'a> Builder<'a> {
    /// The parameters of an operation: those of its path unless it has its own of the same name and place, then its own.
    pub(super) fn parameters(
        &mut self,
        open: &Open<'a>,
        of_path: &'a [ReferenceOr<oa::Parameter>],
    ) -> Result<Vec<Parameter>> {
        let path_pointer = open.origin.pointer.rsplit_once('/').map_or("", |(path, _)| path).to_owned();
        let mut found: Vec<(&'a oa::Parameter, Location, Origin)> = Vec::new();
        let levels = [(path_pointer, of_path), (open.origin.pointer.clone(), &*open.operation.parameters)];
        for (level, (pointer, parameters)) in levels.into_iter().enumerate() {
            let above = found.len();
            for (index, parameter) in parameters.iter().enumerate() {
                let fallback = step(&step(&pointer, "parameters"), &index.to_string());
                let (parameter, origin) = self.parameter_item(parameter, &fallback)?;
                let location = location(parameter, &origin)?;
                let data = parameter.parameter_data_ref();
                let same = found.iter().position(|(other, place, _)| {
                    *place == location && other.parameter_data_ref().name == data.name
                });
                match same {
                    Some(position) if level == 1 && position < above => {
                        found[position] = (parameter, location, origin)
                    }
                    Some(position) => {
                        let message = format!("`{}` has the parameter `{}` twice", open.id, data.name);
                        return Err(origin
                            .error(message)
                            .label(found[position].2.place.clone(), "the other one"));
                    }
                    None => found.push((parameter, location, origin)),
                }
            }
        }
        found
            .into_iter()
            .map(|(parameter, location, origin)| self.parameter(open, parameter, location, origin))
            .collect()
    }

    fn parameter_item(
        &self,
        parameter: &'a ReferenceOr<oa::Parameter>,
        pointer: &str,
    ) -> Result<(&'a oa::Parameter, Origin)> {
        let item = match parameter {
            ReferenceOr::Item(item) => item,
            ReferenceOr::Reference { reference } => self
                .openapi
                .components
                .as_ref()
                .zip(reference.strip_prefix("#/components/parameters/"))
                .and_then(|(components, name)| components.parameters.get(name)?.as_item())
                .ok_or_else(|| {
                    self.places
                        .origin(pointer)
                        .error(format!("`{reference}` names no parameter of this document"))
                })?,
        };
        let pointer = extensions::source(&item.parameter_data_ref().extensions).unwrap_or(pointer);
        Ok((item, self.places.origin(pointer)))
    }

    fn parameter(
        &mut self,
        open: &Open<'a>,
        parameter: &'a oa::Parameter,
        location: Location,
        origin: Origin,
    ) -> Result<Parameter> {
        let data = parameter.parameter_data_ref();
        let (wire, extensions) = (&data.name, &data.extensions);
        let spot = open.spot(origin.pointer.clone(), &Kind::piece_at(wire, &origin)?);
        let (mut encoding, mut used) = self.value(&data.format, extensions, spot.clone(), &origin)?;
        if matches!(used.ty, Type::Array(_)) && encoding == Encoding::Plain {
            encoding = array_encoding(parameter, &origin)?;
            if let Some(item) = self.encoded_item(&data.format, &spot, &origin)? {
                if encoding != Encoding::Multi {
                    return Err(origin
                        .error(format!(
                            "the values of `{wire}` are JSON, which holds what stands between them"
                        ))
                        .help("declare it in the overlay: `collectionFormat: multi`"));
                }
                encoding = Encoding::MultiJson;
                used.ty = Type::Array(Box::new(item));
            }
        }
        let filters = self.filters(open, extensions, &origin)?;
        if filters.is_some() {
            // Whatever the document calls it, this is what travels: `{"status":["running"]}`.
            encoding = Encoding::Json;
            used.ty = Type::Map(Box::new(Type::Array(Box::new(Type::String))));
        }
        let structured = matches!(used.ty, Type::Map(_) | Type::Json | Type::Array(_));
        if structured && encoding == Encoding::Plain {
            let message = format!("nothing says how the value of `{wire}` becomes text");
            return Err(origin
                .error(message)
                .help("declare it in the overlay: `x-encoding: json` and `x-schema`"));
        }
        let text = extensions::text(extensions, "x-name", &origin)?.unwrap_or(wire);
        let operation = self.docs.operations.get(&open.name);
        let ours =
            operation.and_then(|docs| docs.parameters.get(wire)).or_else(|| self.docs.parameters.get(wire));
        Ok(Parameter {
            name: wire.clone(),
            rust_name: Kind::Parameter.name_at(text, &origin)?,
            location,
            required: data.required,
            encoding,
            ty: used.ty,
            filters,
            facts: used.facts,
            docs: Docs::of(ours, data.description.as_deref().or(used.description.as_deref())),
            deprecation: extensions::deprecation(data.deprecated.unwrap_or(false), extensions, &origin)?
                .or(used.deprecation),
            life: Life::default(),
            origin,
        })
    }

    /// The type of a value that travels as text, and how, as far as `x-encoding` and `content` say so.
    pub(super) fn value(
        &mut self,
        format: &ParameterSchemaOrContent,
        extensions: &Extensions,
        spot: Spot,
        origin: &Origin,
    ) -> Result<(Encoding, Used)> {
        let schema = match format {
            ParameterSchemaOrContent::Schema(schema) => schema,
            ParameterSchemaOrContent::Content(content) => {
                let schema = content.get("application/json").and_then(|media| media.schema.as_ref());
                let schema = schema
                    .ok_or_else(|| origin.error("the content of a parameter must be JSON with a schema"))?;
                return Ok((Encoding::Json, self.use_of(schema.into(), spot)?));
            }
        };
        let encoding = match extensions::text(extensions, "x-encoding", origin)? {
            None => Encoding::Plain,
            Some("segments") => Encoding::Segments,
            Some("newline") => Encoding::Joined('\n'),
            Some("json") => Encoding::Json,
            Some("base64url-json") => Encoding::Base64UrlJson,
            Some("base64-json") => Encoding::Base64Json,
            Some(other) => {
                let message = format!(
                    "`x-encoding` is `segments`, `newline`, `json`, `base64url-json` or `base64-json`, not `{other}`"
                );
                return Err(origin.error(message));
            }
        };
        let json = matches!(encoding, Encoding::Json | Encoding::Base64UrlJson | Encoding::Base64Json);
        let used = match extensions.get("x-schema") {
            Some(schema) if json => {
                let place = self.places.origin(&step(&origin.pointer, "x-schema"));
                let schema = schema_of(schema, "x-schema", &place)?;
                self.use_of((&schema).into(), Spot { pointer: place.pointer, ..spot })?
            }
            Some(_) => return Err(origin.error("`x-schema` goes with an `x-encoding` of JSON")),
            None if json => {
                let mut used = self.use_of(schema.into(), spot)?;
                if used.ty == Type::String {
                    used.ty = Type::Json;
                }
                used
            }
            None => self.use_of(schema.into(), spot)?,
        };
        Ok((encoding, used))
    }

    /// The type that the items of an array hold as JSON text.
    fn encoded_item(
        &mut self,
        format: &ParameterSchemaOrContent,
        spot: &Spot,
        origin: &Origin,
    ) -> Result<Option<Type>> {
        let ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) = format else { return Ok(None) };
        let items = match &schema.schema_kind {
            oa::SchemaKind::Type(oa::Type::Array(array)) => array.items.as_ref(),
            oa::SchemaKind::Any(any) => any.items.as_ref(),
            _ => None,
        };
        let Some(ReferenceOr::Item(items)) = items else { return Ok(None) };
        let extensions = &items.schema_data.extensions;
        let pointer =
            extensions::source(extensions).map_or_else(|| step(&origin.pointer, "items"), str::to_owned);
        let origin = self.places.origin(&pointer);
        match extensions::text(extensions, "x-encoding", &origin)? {
            None => return Ok(None),
            Some("json") => {}
            Some(other) => {
                return Err(origin.error(format!("`x-encoding` of items is `json`, not `{other}`")));
            }
        }
        let place = self.places.origin(&step(&pointer, "x-schema"));
        let schema = extensions
            .get("x-schema")
            .ok_or_else(|| origin.error("`x-encoding: json` needs an `x-schema`"))?;
        let schema = schema_of(schema, "x-schema", &place)?;
        let spot = Spot { pointer: place.pointer, name: format!("{}Item", spot.name), ..spot.clone() };
        Ok(Some(self.use_of((&schema).into(), spot)?.ty))
    }

    fn filters(
        &mut self,
        open: &Open<'a>,
        extensions: &Extensions,
        origin: &Origin,
    ) -> Result<Option<Filters>> {
        let Some(filters) = extensions.get("x-filters") else { return Ok(None) };
        let invalid =
            |origin: &Origin| origin.error("`x-filters` maps each key to a mapping, empty or with `values`");
        let pointer = step(&origin.pointer, "x-filters");
        let type_name = format!("{}Filters", open.name);
        self.request_names.claim(&type_name, "x-filters", origin)?;
        let mut scope = Scope::new(format!("filters of `{}`", open.id));
        let operation = self.docs.operations.get(&open.name);
        let mut keys = Vec::new();
        for (wire, details) in filters.as_object().ok_or_else(|| invalid(origin))? {
            let origin = self.places.origin(&step(&pointer, wire));
            let values = match details {
                Value::Null => Vec::new(),
                Value::Object(details) => match details.get("values") {
                    None => Vec::new(),
                    Some(Value::Array(values)) => values
                        .iter()
                        .map(filter_value)
                        .collect::<Option<_>>()
                        .ok_or_else(|| invalid(&origin))?,
                    Some(_) => return Err(invalid(&origin)),
                },
                _ => return Err(invalid(&origin)),
            };
            let ours =
                operation.and_then(|docs| docs.filters.get(wire)).or_else(|| self.docs.filters.get(wire));
            keys.push(FilterKey {
                name: wire.clone(),
                rust_name: Kind::FilterKey.name_at(wire, &origin)?,
                values,
                docs: Docs::of(ours, None),
                life: Life::default(),
                origin,
            });
        }
        // A JSON object does not keep the order of its keys; the file does.
        keys.sort_by_key(|key| key.origin.place.start);
        for key in &keys {
            scope.claim(&key.rust_name, &key.name, &key.origin)?;
        }
        Ok(Some(Filters { type_name, keys }))
    }
}

/// An allowed value of a filter as text: YAML reads `true` and `1` as something else.
fn filter_value(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// A schema inside an extension.
pub(super) fn schema_of(value: &Value, key: &str, origin: &Origin) -> Result<ReferenceOr<oa::Schema>> {
    serde_json::from_value(value.clone())
        .map_err(|error| origin.error(format!("`{key}` is no schema: {error}")))
}

fn location(parameter: &oa::Parameter, origin: &Origin) -> Result<Location> {
    match parameter {
        oa::Parameter::Query { .. } => Ok(Location::Query),
        oa::Parameter::Header { .. } => Ok(Location::Header),
        oa::Parameter::Path { .. } => Ok(Location::Path),
        oa::Parameter::Cookie { .. } => Err(origin.error("the Engine reads no cookies")),
    }
}

/// How an array without `x-encoding` becomes text.
fn array_encoding(parameter: &oa::Parameter, origin: &Origin) -> Result<Encoding> {
    match parameter {
        oa::Parameter::Query { style, parameter_data, .. } => match style {
            QueryStyle::Form if parameter_data.explode.unwrap_or(true) => Ok(Encoding::Multi),
            QueryStyle::Form => Ok(Encoding::Joined(',')),
            QueryStyle::SpaceDelimited => Ok(Encoding::Joined(' ')),
            QueryStyle::PipeDelimited => Ok(Encoding::Joined('|')),
            QueryStyle::DeepObject => {
                Err(origin.error("the style `deepObject` is for objects, and this is an array"))
            }
        },
        _ => Ok(Encoding::Joined(',')),
    }
}
