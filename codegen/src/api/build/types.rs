//! Schemas become types: definitions, inline objects and enums, `allOf`.

use indexmap::IndexMap;
use openapiv3 as oa;
use openapiv3::ReferenceOr;

use super::schema::{Object, SchemaRef, Shape, facts, shape};
use super::{Builder, DEEPEST, State, extensions};
use crate::api::names::{self, Kind, Scope};
use crate::api::place::step;
use crate::api::{Deprecation, Docs, Facts, Field, Life, Origin, Result, Type, TypeDef, TypeKind, Variant};

/// Where a schema stands, as far as naming goes.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// Pointer, for a schema that carries none itself.
    pub(super) pointer: String,
    /// Rust name that a type gets that begins here.
    pub(super) name: String,
    /// Number of the definition or operation that it belongs to.
    pub(super) number: usize,
    /// Module of that definition; `None`: a type that begins here has a module of its own.
    pub(super) module: Option<String>,
    /// How many schemas it stands in.
    pub(super) depth: u8,
}

impl Spot {
    /// A schema within this one, `steps` of the pointer further.
    fn within(&self, pointer: &str, steps: &[&str], name: String) -> Self {
        let pointer = steps.iter().fold(pointer.to_owned(), |pointer, name| step(&pointer, name));
        Self { pointer, name, depth: self.depth.saturating_add(1), ..self.clone() }
    }
}

/// A schema as it is used in one place.
#[derive(Clone, Debug)]
pub(super) struct Used {
    pub(super) ty: Type,
    pub(super) nullable: bool,
    pub(super) facts: Facts,
    /// The document's words.
    pub(super) description: Option<String>,
    pub(super) deprecation: Option<Deprecation>,
    pub(super) origin: Origin,
}

impl Used {
    /// The type where nothing else can say that a value may be null: in an array, in a map.
    fn into_inner(self) -> Type {
        match self.ty {
            Type::Json => Type::Json,
            ty if self.nullable => Type::Nullable(Box::new(ty)),
            ty => ty,
        }
    }
}

impl Builder<'_> {
    /// Reads all definitions.
    pub(super) fn definitions(&mut self) -> Result<()> {
        for index in 0..self.definitions.len() {
            self.definition(index, 0)?;
        }
        Ok(())
    }

    /// Reads a definition unless that is done already.
    fn definition(&mut self, index: usize, depth: u8) -> Result<()> {
        let definition = &mut self.definitions[index];
        match definition.state {
            State::Done => return Ok(()),
            State::Open => {
                return Err(definition
                    .origin
                    .error(format!("`{}` contains itself through `allOf`", definition.name)));
            }
            State::Untouched => definition.state = State::Open,
        }
        let schema = SchemaRef::from(definition.schema);
        let origin = definition.origin.clone();
        let spot = Spot {
            pointer: origin.pointer.clone(),
            name: definition.name.clone(),
            number: definition.number,
            module: Some(definition.module.clone()),
            depth,
        };
        let slot = self.open(&spot);
        let kind = match schema {
            SchemaRef::Ref(_) => TypeKind::Alias(self.use_of(schema, spot.clone())?.ty),
            SchemaRef::Item(item) => match self.own_kind(item, &spot, &origin)? {
                Some(kind) => kind,
                None => TypeKind::Alias(self.use_of(schema, spot.clone())?.ty),
            },
        };
        let mut def = self.def(&spot.name, schema, spot.module.clone().unwrap_or_default(), kind, origin)?;
        def.definition = self.definitions.get_index(index).map(|(wire, _)| (*wire).to_owned());
        self.slots[slot].1 = Some(def);
        self.definitions[index].state = State::Done;
        Ok(())
    }

    /// Keeps a place for a type, so that it stands before its children.
    fn open(&mut self, spot: &Spot) -> usize {
        self.slots.push((spot.number, None));
        self.index.insert(spot.name.clone(), self.slots.len() - 1);
        self.slots.len() - 1
    }

    fn def(
        &self,
        name: &str,
        schema: SchemaRef<'_>,
        module: String,
        kind: TypeKind,
        origin: Origin,
    ) -> Result<TypeDef> {
        let ours = self.docs.types.get(name);
        let ours =
            (ours.and_then(|docs| docs.summary.as_ref()), ours.and_then(|docs| docs.description.as_ref()));
        let (description, deprecation) = match schema {
            SchemaRef::Ref(_) => (None, None),
            SchemaRef::Item(item) => {
                let data = &item.schema_data;
                (
                    data.description.as_deref(),
                    extensions::deprecation(data.deprecated, &data.extensions, &origin)?,
                )
            }
        };
        Ok(TypeDef {
            name: name.to_owned(),
            definition: None,
            module,
            kind,
            sent: false,
            received: false,
            docs: Docs::of_parts(ours, (None, description)),
            deprecation,
            life: Life::default(),
            origin,
        })
    }

    /// What a schema is as an item of its own; `None`: it needs none (a number, an array, a map, one `$ref`).
    fn own_kind(&mut self, schema: &oa::Schema, spot: &Spot, origin: &Origin) -> Result<Option<TypeKind>> {
        Ok(match shape(schema) {
            Shape::Struct(object) => Some(TypeKind::Struct(self.fields(object, spot, origin)?)),
            Shape::Enum(values) => Some(TypeKind::Enum(self.variants(&values, spot, origin)?)),
            Shape::AllOf(members, own) if members.len() != 1 || own.is_some() => {
                let mut fields = IndexMap::new();
                let mut required = Vec::new();
                self.merge(members, own, spot, origin, &mut fields, &mut required)?;
                for name in required {
                    if let Some(field) = fields.get_mut(name) {
                        field.required = true;
                    }
                }
                let mut fields: Vec<Field> = fields.into_values().collect();
                self.document(&mut fields, &spot.name);
                check_names(&fields, &spot.name)?;
                Some(TypeKind::Struct(fields))
            }
            _ => None,
        })
    }

    /// How a schema is used where it stands; makes the inline types in it.
    pub(super) fn use_of(&mut self, schema: SchemaRef<'_>, spot: Spot) -> Result<Used> {
        let origin = self.schema_origin(schema, &spot.pointer);
        if spot.depth > DEEPEST {
            return Err(origin.error(format!("schemas stand in each other more than {DEEPEST} deep")));
        }
        let item = match schema {
            SchemaRef::Ref(reference) => return self.use_of_definition(reference, origin),
            SchemaRef::Item(item) => item,
        };
        let data = &item.schema_data;
        let mut used = Used {
            ty: Type::Json,
            nullable: is_told_apart(data),
            facts: facts(item),
            description: data.description.clone(),
            deprecation: extensions::deprecation(data.deprecated, &data.extensions, &origin)?,
            origin: origin.clone(),
        };
        used.ty = match shape(item) {
            Shape::Plain(ty) => ty,
            Shape::Unsupported(keyword) => {
                return Err(origin.error(format!("a schema with `{keyword}` cannot become a Rust type")));
            }
            Shape::Array(None) => Type::Array(Box::new(Type::Json)),
            Shape::Array(Some(items)) => {
                let name = format!("{}Item", self.inline_name(item, &spot, &origin)?);
                let inner = self.use_of(items, spot.within(&origin.pointer, &["items"], name))?;
                Type::Array(Box::new(inner.into_inner()))
            }
            Shape::Map(None) => Type::Map(Box::new(Type::Json)),
            Shape::Map(Some(values)) => {
                let name = format!("{}Value", self.inline_name(item, &spot, &origin)?);
                let inner =
                    self.use_of(values, spot.within(&origin.pointer, &["additionalProperties"], name))?;
                Type::Map(Box::new(inner.into_inner()))
            }
            Shape::AllOf([member], None) => {
                let name = self.inline_name(item, &spot, &origin)?;
                let inner =
                    self.use_of(member.into(), spot.within(&origin.pointer, &["allOf", "0"], name))?;
                used.nullable |= inner.nullable;
                used.facts = Facts { default: used.facts.default.or(inner.facts.default), ..inner.facts };
                used.description = used.description.or(inner.description);
                inner.ty
            }
            Shape::Struct(_) | Shape::Enum(_) | Shape::AllOf(..) => self.inline(item, &spot, &origin)?,
        };
        Ok(used)
    }

    fn use_of_definition(&mut self, reference: &str, origin: Origin) -> Result<Used> {
        let definition = &self.definitions[self.definition_index(reference, &origin)?];
        let mut used = Used {
            ty: Type::Named(definition.name.clone()),
            nullable: false,
            facts: Facts::default(),
            description: None,
            deprecation: None,
            origin,
        };
        if let ReferenceOr::Item(item) = definition.schema {
            used.nullable = is_told_apart(&item.schema_data);
            if matches!(shape(item), Shape::Plain(_) | Shape::Array(_)) {
                used.facts = facts(item);
            }
        }
        Ok(used)
    }

    /// The number of the definition that `#/components/schemas/NAME` names.
    fn definition_index(&self, reference: &str, origin: &Origin) -> Result<usize> {
        reference
            .strip_prefix("#/components/schemas/")
            .and_then(|name| match name.contains('~') {
                true => self.definitions.get_index_of(name.replace("~1", "/").replace("~0", "~").as_str()),
                false => self.definitions.get_index_of(name),
            })
            .ok_or_else(|| origin.error(format!("`{reference}` names no definition of this document")))
    }

    /// An inline type: an object, an enum, or several schemas in one.
    fn inline(&mut self, item: &oa::Schema, spot: &Spot, origin: &Origin) -> Result<Type> {
        let name = self.inline_name(item, spot, origin)?;
        if !names::is_free_type(&name) {
            let message =
                format!("a type cannot be named `{name}`: generated code means something else by it");
            return Err(origin.error(message).help("give it another name with `x-name` in the overlay"));
        }
        if item.schema_data.extensions.contains_key("x-name") {
            let form = form(item);
            if self.shared.get(&name) == Some(&form) {
                return Ok(Type::Named(name));
            }
            self.shared.entry(name.clone()).or_insert(form);
        }
        self.type_names.claim(&name, &origin.pointer, origin)?;
        // A type with a name of its own is looked for in a file of that name, and there it stays when a later version
        // makes a definition of it.
        let module = match &spot.module {
            Some(module) if !names_itself(item) => module.clone(),
            _ => self.module(&name, &origin.pointer, origin)?,
        };
        let spot =
            Spot { name, module: Some(module.clone()), pointer: origin.pointer.clone(), ..spot.clone() };
        let slot = self.open(&spot);
        let kind = self.own_kind(item, &spot, origin)?.unwrap_or(TypeKind::Alias(Type::Json));
        let def = self.def(&spot.name, SchemaRef::Item(item), module, kind, origin.clone())?;
        self.slots[slot].1 = Some(def);
        Ok(Type::Named(spot.name))
    }

    /// `x-name`, or a title that is a type name, or the name that follows from where it stands.
    fn inline_name(&self, item: &oa::Schema, spot: &Spot, origin: &Origin) -> Result<String> {
        let data = &item.schema_data;
        match extensions::text(&data.extensions, "x-name", origin)? {
            Some(name) => Kind::Type.name_at(name, origin),
            None => match data.title.as_deref().filter(|title| names::is_type_name(title)) {
                Some(title) => Kind::Type.name_at(title, origin),
                None => Ok(spot.name.clone()),
            },
        }
    }

    /// The fields of an object; `spot` is the object's own.
    fn fields(&mut self, object: Object<'_>, spot: &Spot, origin: &Origin) -> Result<Vec<Field>> {
        let mut fields = Vec::with_capacity(object.properties.len());
        for (wire, property) in object.properties {
            let property = SchemaRef::from(property);
            let pointer = step(&step(&origin.pointer, "properties"), wire);
            let place = self.schema_origin(property, &pointer);
            let name = format!("{}{}", spot.name, Kind::piece_at(wire, &place)?);
            let used = self.use_of(property, spot.within(&origin.pointer, &["properties", wire], name))?;
            fields.push(Field {
                name: wire.clone(),
                rust_name: Kind::Field.name_at(field_text(property, &used, wire), &used.origin)?,
                ty: used.ty,
                required: object.required.contains(wire),
                nullable: used.nullable,
                boxed: false,
                facts: used.facts,
                docs: Docs::of(None, used.description.as_deref()),
                deprecation: used.deprecation,
                life: Life::default(),
                origin: used.origin,
            });
        }
        self.document(&mut fields, &spot.name);
        check_names(&fields, &spot.name)?;
        Ok(fields)
    }

    /// Puts our own words where there are any for a field of this type.
    fn document(&self, fields: &mut [Field], type_name: &str) {
        let Some(ours) = self.docs.types.get(type_name) else { return };
        for field in fields {
            if let Some(text) = ours.fields.get(&field.name) {
                field.docs = Docs::of(Some(text), None);
            }
        }
    }

    fn variants(&mut self, values: &[(usize, &str)], spot: &Spot, origin: &Origin) -> Result<Vec<Variant>> {
        let mut scope = Scope::new(format!("variants of `{}`", spot.name));
        let mut variants = Vec::with_capacity(values.len());
        let ours = self.docs.types.get(&spot.name);
        for (index, value) in values {
            let origin = self.places.origin(&format!("{}/enum/{index}", origin.pointer));
            let name = Kind::Variant.name_at(value, &origin)?;
            scope.claim(&name, value, &origin)?;
            let docs = Docs::of(ours.and_then(|ours| ours.values.get(*value)), None);
            variants.push(Variant { value: (*value).to_owned(), name, docs, life: Life::default(), origin });
        }
        Ok(variants)
    }

    /// Collects the fields of all members, and the names that any of them requires.
    fn merge<'s>(
        &mut self,
        members: &'s [ReferenceOr<oa::Schema>],
        own: Option<Object<'s>>,
        spot: &Spot,
        origin: &Origin,
        fields: &mut IndexMap<String, Field>,
        required: &mut Vec<&'s String>,
    ) -> Result<()> {
        if spot.depth > DEEPEST {
            return Err(origin.error(format!("schemas stand in each other more than {DEEPEST} deep")));
        }
        for (index, member) in members.iter().enumerate() {
            let within = spot.within(&origin.pointer, &["allOf", &index.to_string()], spot.name.clone());
            let place = self.schema_origin(member.into(), &within.pointer);
            match SchemaRef::from(member) {
                SchemaRef::Ref(reference) => {
                    for field in self.fields_of_definition(reference, within.depth, &place)? {
                        add(fields, field, &spot.name)?;
                    }
                }
                SchemaRef::Item(item) => match shape(item) {
                    Shape::Struct(object) => {
                        required.extend(object.required);
                        for field in self.fields(object, &within, &place)? {
                            add(fields, field, &spot.name)?;
                        }
                    }
                    Shape::AllOf(members, own) => {
                        self.merge(members, own, &within, &place, fields, required)?
                    }
                    // Says nothing, or only which fields are required.
                    Shape::Plain(Type::Json) => required.extend(required_of(item)),
                    _ => {
                        return Err(
                            place.error(format!("`allOf` of `{}` has a member that is no object", spot.name))
                        );
                    }
                },
            }
        }
        if let Some(object) = own {
            required.extend(object.required);
            for field in self.fields(object, spot, origin)? {
                add(fields, field, &spot.name)?;
            }
        }
        Ok(())
    }

    /// The fields of a definition that is an object, be it through other names.
    fn fields_of_definition(&mut self, reference: &str, depth: u8, origin: &Origin) -> Result<Vec<Field>> {
        if depth > DEEPEST {
            return Err(origin.error(format!("schemas stand in each other more than {DEEPEST} deep")));
        }
        let mut index = self.definition_index(reference, origin)?;
        // Each turn follows one alias; more than there are definitions is a ring, which `cycles` would report too late.
        for _ in 0..=self.definitions.len() {
            self.definition(index, depth)?;
            let slot = self.index[&self.definitions[index].name];
            match self.slots[slot].1.as_ref().map(|def| &def.kind) {
                Some(TypeKind::Struct(fields)) => return Ok(fields.clone()),
                Some(TypeKind::Alias(Type::Json)) => return Ok(Vec::new()),
                Some(TypeKind::Alias(Type::Named(next))) => {
                    let next = self.definitions.values().position(|definition| definition.name == *next);
                    let Some(next) = next else { break };
                    index = next;
                }
                _ => break,
            }
        }
        Err(origin.error(format!("`{}` in `allOf` is no object", self.definitions[index].name)))
    }

    /// Where a schema stands: its own pointer, or the one that follows from where it was met.
    pub(super) fn schema_origin(&self, schema: SchemaRef<'_>, pointer: &str) -> Origin {
        let source = match schema {
            SchemaRef::Ref(_) => None,
            SchemaRef::Item(item) => extensions::source(&item.schema_data.extensions),
        };
        self.places.origin(source.unwrap_or(pointer))
    }
}

/// What a schema says of its values, without words and places.
fn form(item: &oa::Schema) -> serde_json::Value {
    let mut form = serde_json::to_value(item).unwrap_or_default();
    strip(&mut form);
    form
}

fn strip(schema: &mut serde_json::Value) {
    const WORDS: [&str; 6] = ["x-source", "title", "description", "example", "default", "nullable"];
    match schema {
        serde_json::Value::Object(keywords) => {
            keywords.retain(|keyword, _| !WORDS.contains(&keyword.as_str()));
            for (keyword, value) in keywords {
                match value.as_object_mut().filter(|_| keyword == "properties") {
                    // Its keys are names, not keywords.
                    Some(properties) => properties.values_mut().for_each(strip),
                    None => strip(value),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Whether a schema has a name that does not follow from where it stands.
fn names_itself(item: &oa::Schema) -> bool {
    let data = &item.schema_data;
    data.extensions.contains_key("x-name") || data.title.as_deref().is_some_and(names::is_type_name)
}

/// `x-name` on a property that makes no type names the field: the way out where two names would be the same.
fn field_text<'t>(property: SchemaRef<'t>, used: &Used, wire: &'t str) -> &'t str {
    match property {
        SchemaRef::Item(item) if !matches!(used.ty, Type::Named(_)) => {
            item.schema_data.extensions.get("x-name").and_then(serde_json::Value::as_str).unwrap_or(wire)
        }
        _ => wire,
    }
}

/// Whether null is another value than the empty one: the models read it as an empty list or map where a document says
/// `x-null: empty`.
fn is_told_apart(data: &oa::SchemaData) -> bool {
    data.nullable && !data.extensions.contains_key("x-null")
}

fn required_of(item: &oa::Schema) -> &[String] {
    match &item.schema_kind {
        oa::SchemaKind::Type(oa::Type::Object(object)) => &object.required,
        oa::SchemaKind::Any(any) => &any.required,
        _ => &[],
    }
}

/// Adds a field of one member of `allOf`. Another member may have it too, if both say the same.
fn add(fields: &mut IndexMap<String, Field>, field: Field, type_name: &str) -> Result<()> {
    match fields.entry(field.name.clone()) {
        indexmap::map::Entry::Vacant(entry) => {
            entry.insert(field);
            Ok(())
        }
        indexmap::map::Entry::Occupied(mut entry) => {
            let first = entry.get_mut();
            if first.ty != field.ty {
                let message =
                    format!("members of `allOf` of `{type_name}` contradict each other on `{}`", field.name);
                return Err(field
                    .origin
                    .error(message)
                    .label(first.origin.place.clone(), "it has another type here"));
            }
            *first = Field {
                required: first.required || field.required,
                // What both allow is what is allowed.
                nullable: first.nullable && field.nullable,
                docs: if field.docs.is_empty() {
                    std::mem::take(&mut first.docs)
                } else {
                    field.docs.clone()
                },
                ..field
            };
            Ok(())
        }
    }
}

fn check_names(fields: &[Field], type_name: &str) -> Result<()> {
    let mut scope = Scope::new(format!("fields of `{type_name}`"));
    fields.iter().try_for_each(|field| scope.claim(&field.rust_name, &field.name, &field.origin))
}
