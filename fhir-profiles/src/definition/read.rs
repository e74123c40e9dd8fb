//! Reads the tables. They are made by our own program and embedded, so a broken row is a defect of the build: panic.

use super::{CodeSet, Definitions, Element, ElementType, Kind, Primitive, Property, TypeDef};
use std::collections::HashMap;

/// One row `T` with the rows `E` that follow it.
struct Block {
    name: &'static str,
    kind: &'static str,
    base: &'static str,
    rows: Vec<&'static str>,
}

/// Puts the two tables together.
pub(super) fn definitions(elements: &'static str, codes: &'static str) -> Definitions {
    let blocks = blocks(elements);
    let codes = code_sets(codes);
    let by_name: HashMap<&str, u16> = (0..).zip(&blocks).map(|(place, block)| (block.name, place)).collect();
    let mut resources: Vec<&str> =
        blocks.iter().filter(|block| block.kind == "resource").map(|block| block.name).collect();
    resources.sort_unstable();
    let sets: HashMap<&str, u16> = (0..).zip(&codes).map(|(place, set)| (set.key, place)).collect();
    let reader = Reader { blocks, by_name, resources, sets };
    let types = reader.blocks.iter().map(|block| reader.type_def(block)).collect();
    Definitions { types, by_name: reader.by_name, resources: reader.resources, codes }
}

fn blocks(table: &'static str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::with_capacity(1024);
    for line in table.lines() {
        if let Some(row) = line.strip_prefix("T\t") {
            let mut fields = row.split('\t');
            let mut next = || fields.next().unwrap_or_default();
            blocks.push(Block { name: next(), kind: next(), base: next(), rows: Vec::new() });
        } else if let Some(row) = line.strip_prefix("E\t") {
            blocks.last_mut().expect("a type before its elements").rows.push(row);
        }
    }
    blocks
}

fn code_sets(table: &'static str) -> Vec<CodeSet> {
    let mut sets: Vec<CodeSet> = Vec::with_capacity(256);
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let key = fields.next().unwrap_or_default();
        let system = (fields.next().unwrap_or_default(), fields.collect());
        match sets.last_mut() {
            Some(set) if set.key == key => set.systems.push(system),
            _ => sets.push(CodeSet { key, systems: vec![system] }),
        }
    }
    sets
}

struct Reader {
    blocks: Vec<Block>,
    by_name: HashMap<&'static str, u16>,
    resources: Vec<&'static str>,
    sets: HashMap<&'static str, u16>,
}

impl Reader {
    fn type_def(&self, block: &Block) -> TypeDef {
        let mut elements = Vec::new();
        let kind = match block.kind {
            "primitive" => Kind::Primitive(primitive(block.name)),
            "datatype" => Kind::Datatype,
            "backbone" => Kind::Backbone,
            "resource" => Kind::Resource,
            _ => Kind::Abstract,
        };
        if matches!(kind, Kind::Primitive(_)) {
            self.elements("Element", &mut elements);
        } else {
            self.elements(block.name, &mut elements);
        }
        let mut properties = HashMap::with_capacity(elements.len());
        for (place, element) in (0..).zip(&elements) {
            for (kind, element_type) in (0..).zip(&element.types) {
                let name = element.json_name(element_type);
                let primitive = element_type.name.starts_with(|letter: char| letter.is_ascii_lowercase());
                let sibling = if primitive { ["_", &*name].concat().into() } else { Box::default() };
                properties.insert(name, Property { element: place, kind, sibling });
            }
        }
        let required = (0..).zip(&elements).filter(|(_, element)| element.required).map(|(place, _)| place).collect();
        let number = self.number(block.name);
        TypeDef { name: block.name, kind, number, base: block.base, elements, required, properties }
    }

    fn number(&self, name: &str) -> Option<u16> {
        self.resources.binary_search(&name).ok().and_then(|place| u16::try_from(place).ok())
    }

    /// The inherited elements first; an own row of the same name takes the place of the inherited one.
    fn elements(&self, name: &str, into: &mut Vec<Element>) {
        let Some(place) = self.by_name.get(name) else { return };
        let block = &self.blocks[usize::from(*place)];
        self.elements(block.base, into);
        for row in &block.rows {
            let element = self.element(row);
            match into.iter_mut().find(|inherited| inherited.name == element.name) {
                Some(inherited) => *inherited = element,
                None => into.push(element),
            }
        }
    }

    fn element(&self, row: &'static str) -> Element {
        let mut fields = row.split('\t');
        let marked = fields.next().unwrap_or_default();
        let (min, max) = fields.next().and_then(|range| range.split_once("..")).expect("a cardinality");
        let types = fields.next().unwrap_or_default();
        let codes = fields.next().and_then(|key| self.sets.get(key)).copied();
        let name = marked.trim_start_matches(['@', '^']);
        Element {
            name: name.trim_end_matches("[x]"),
            required: min != "0",
            many: max != "1" && max != "0",
            choice: name.ends_with("[x]"),
            attribute: marked.starts_with('@'),
            summary: marked.trim_start_matches('@').starts_with('^'),
            types: types.split(' ').map(|text| self.element_type(text)).collect(),
            codes,
        }
    }

    fn element_type(&self, text: &'static str) -> ElementType {
        let (name, targets) = text.split_once('(').unwrap_or((text, ""));
        let name = name.trim_start_matches('#');
        let targets = targets.trim_end_matches(')').split(',').filter_map(|target| self.number(target)).collect();
        ElementType { name, targets, place: *self.by_name.get(name).expect("a known type") }
    }
}

fn primitive(name: &str) -> Primitive {
    match name {
        "base64Binary" => Primitive::Base64Binary,
        "boolean" => Primitive::Boolean,
        "canonical" => Primitive::Canonical,
        "code" => Primitive::Code,
        "date" => Primitive::Date,
        "dateTime" => Primitive::DateTime,
        "decimal" => Primitive::Decimal,
        "id" => Primitive::Id,
        "instant" => Primitive::Instant,
        "integer" => Primitive::Integer,
        "markdown" => Primitive::Markdown,
        "oid" => Primitive::Oid,
        "positiveInt" => Primitive::PositiveInt,
        "time" => Primitive::Time,
        "unsignedInt" => Primitive::UnsignedInt,
        "uri" => Primitive::Uri,
        "url" => Primitive::Url,
        "uuid" => Primitive::Uuid,
        "xhtml" => Primitive::Xhtml,
        _ => Primitive::String,
    }
}
