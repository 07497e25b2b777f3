//! The only place that says `tree_sitter`: parsing with a time budget, and node kinds and fields as integers.
//!
//! The layer above walks [`Node`]s by [`Kind`] and [`Field`] and never by name, which keeps the descent cheap and the
//! grammar's spelling in one table.

pub mod guard;
pub mod weight;

use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

pub type Node<'tree> = tree_sitter::Node<'tree>;

/// Why a text has no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// The time budget of the file ran out.
    TooSlow,
    /// tree-sitter gave no tree for another reason.
    NoTree,
}

macro_rules! kinds {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// The named node kinds of tree-sitter-python that the descent tells apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($variant,)* Error, Other }
        const KIND_NAMES: &[(&str, Kind)] = &[$(($name, Kind::$variant)),*];
    };
}

kinds! {
    Module = "module", Block = "block", Comment = "comment",
    ExpressionStatement = "expression_statement", Assignment = "assignment", AugmentedAssignment = "augmented_assignment",
    Return = "return_statement", If = "if_statement", Elif = "elif_clause", Else = "else_clause", For = "for_statement",
    While = "while_statement", With = "with_statement", WithClause = "with_clause", WithItem = "with_item",
    Try = "try_statement", Except = "except_clause", Finally = "finally_clause", Raise = "raise_statement",
    Delete = "delete_statement", Assert = "assert_statement", Global = "global_statement", Nonlocal = "nonlocal_statement",
    Pass = "pass_statement", Break = "break_statement", Continue = "continue_statement", Match = "match_statement",
    Case = "case_clause", Import = "import_statement", ImportFrom = "import_from_statement",
    FutureImport = "future_import_statement", AliasedImport = "aliased_import", DottedName = "dotted_name",
    RelativeImport = "relative_import", ImportPrefix = "import_prefix", WildcardImport = "wildcard_import",
    Class = "class_definition", Function = "function_definition", Decorated = "decorated_definition", Decorator = "decorator",
    TypeAlias = "type_alias_statement", Print = "print_statement", Exec = "exec_statement",
    Identifier = "identifier", Attribute = "attribute", Call = "call", ArgumentList = "argument_list",
    KeywordArgument = "keyword_argument", DictionarySplat = "dictionary_splat", ListSplat = "list_splat",
    String = "string", ConcatenatedString = "concatenated_string", StringStart = "string_start", StringContent = "string_content",
    StringEnd = "string_end", Interpolation = "interpolation", Integer = "integer", Float = "float", True = "true",
    False = "false", None = "none", Ellipsis = "ellipsis", List = "list", Tuple = "tuple", Set = "set",
    Dictionary = "dictionary", Pair = "pair", Subscript = "subscript", Slice = "slice", BinaryOperator = "binary_operator",
    BooleanOperator = "boolean_operator", NotOperator = "not_operator", UnaryOperator = "unary_operator",
    Comparison = "comparison_operator", Conditional = "conditional_expression", Lambda = "lambda", Await = "await",
    Yield = "yield", NamedExpression = "named_expression", Parenthesized = "parenthesized_expression",
    ExpressionList = "expression_list", PatternList = "pattern_list", TuplePattern = "tuple_pattern", ListPattern = "list_pattern",
    ListSplatPattern = "list_splat_pattern", DictionarySplatPattern = "dictionary_splat_pattern",
    ListComprehension = "list_comprehension", SetComprehension = "set_comprehension",
    DictionaryComprehension = "dictionary_comprehension", GeneratorExpression = "generator_expression",
    ForIn = "for_in_clause", IfClause = "if_clause", AsPattern = "as_pattern", AsPatternTarget = "as_pattern_target",
    Type = "type", DefaultParameter = "default_parameter", TypedParameter = "typed_parameter",
    TypedDefaultParameter = "typed_default_parameter", KeywordSeparator = "keyword_separator",
    PositionalSeparator = "positional_separator", GenericType = "generic_type", TypeParameter = "type_parameter",
    UnionType = "union_type", MemberType = "member_type",
}

macro_rules! fields {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// The fields of those kinds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Field { $($variant,)* }
        const FIELD_NAMES: &[&str] = &[$($name),*];
    };
}

fields! {
    Alias = "alias", Alternative = "alternative", Argument = "argument", Arguments = "arguments", Attribute = "attribute",
    Body = "body", Condition = "condition", Consequence = "consequence", Definition = "definition", Function = "function",
    Key = "key", Left = "left", ModuleName = "module_name", Name = "name", Object = "object", Operator = "operator",
    Operators = "operators", Parameters = "parameters", Right = "right", Subscript = "subscript", Superclasses = "superclasses",
    Type = "type", Value = "value", Expression = "expression", ReturnType = "return_type", Subject = "subject", Guard = "guard",
}

struct Tables {
    kinds: Vec<Kind>,
    fields: Vec<u16>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let language = language();
        let mut kinds = vec![Kind::Other; language.node_kind_count()];
        for (id, slot) in kinds.iter_mut().enumerate() {
            let id = id as u16;
            if !language.node_kind_is_named(id) {
                continue;
            }
            let name = language.node_kind_for_id(id).unwrap_or("");
            if let Some((_, kind)) = KIND_NAMES.iter().find(|(known, _)| *known == name) {
                *slot = *kind;
            }
        }
        let fields = FIELD_NAMES.iter().map(|name| language.field_id_for_name(name).map_or(0, u16::from)).collect();
        Tables { kinds, fields }
    })
}

fn language() -> tree_sitter::Language {
    tree_sitter_python::LANGUAGE.into()
}

/// The kind of a node.
pub fn kind(node: Node) -> Kind {
    if node.is_missing() {
        return Kind::Error;
    }
    // The id of an error lies behind those of the grammar.
    tables().kinds.get(node.kind_id() as usize).copied().unwrap_or(Kind::Error)
}

/// The child of a node in a field.
pub fn child<'t>(node: Node<'t>, field: Field) -> Option<Node<'t>> {
    node.child_by_field_id(*tables().fields.get(field as usize)?)
}

/// The integer id of a field, for cursors.
pub fn field_id(field: Field) -> u16 {
    tables().fields.get(field as usize).copied().unwrap_or(0)
}

thread_local! {
    static PARSER: std::cell::RefCell<Option<Parser>> = const { std::cell::RefCell::new(None) };
}

/// Parse `text`. The budget bounds what a hostile file can cost; honest files are a hundred times below it.
pub fn parse(text: &str, budget: Duration) -> Result<Tree, ParseError> {
    PARSER.with(|slot| {
        let mut slot = slot.borrow_mut();
        if slot.is_none() {
            let mut parser = Parser::new();
            parser.set_language(&language()).map_err(|_| ParseError::NoTree)?;
            *slot = Some(parser);
        }
        let Some(parser) = slot.as_mut() else { return Err(ParseError::NoTree) };
        let started = Instant::now();
        let mut late = false;
        let bytes = text.as_bytes();
        let mut progress = |_: &ParseState| {
            late = started.elapsed() > budget;
            if late { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let tree = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or(&[]), None, Some(options));
        match tree {
            Some(tree) => Ok(tree),
            None => {
                parser.reset();
                Err(if late { ParseError::TooSlow } else { ParseError::NoTree })
            }
        }
    })
}

pub type Cursor<'tree> = tree_sitter::TreeCursor<'tree>;
