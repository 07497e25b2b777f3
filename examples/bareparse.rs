//! The yardstick for speed: walk a tree, read every Python file, parse it with tree-sitter, throw the tree away. Nothing else.
//!
//!     bareparse FOLDER [--threads N] [--walk]
//!
//! With `--walk` it only walks the tree and asks the disk for size and time of each file, which is the least that a run on an unchanged tree can do.
//! A scan has to do this much at least for the files it analyses. The yardstick parses the test code too, which a scan only counts. It walks
//! and opens files as the scan does, and leaves tree-sitter with the allocator it comes with. `benches/ratio.py` compares the two.

use std::cell::RefCell;
use std::path::Path;
use std::process::ExitCode;

use migscan::cli::walk::{self, FileKind, Limits};
use rayon::prelude::*;
use tree_sitter::Parser;

thread_local! {
    static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
}

fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let walk_only = args.last().is_some_and(|last| last == "--walk");
    args.truncate(args.len() - usize::from(walk_only));
    let (folder, threads) = match args.as_slice() {
        [folder] => (folder, 0),
        [folder, option, number] if option == "--threads" => match number.parse() {
            Ok(threads) => (folder, threads),
            Err(_) => return usage(),
        },
        _ => return usage(),
    };
    match run(Path::new(folder), threads, walk_only) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("bareparse: {why}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: bareparse FOLDER [--threads N] [--walk]");
    ExitCode::FAILURE
}

fn run(folder: &Path, threads: usize, walk_only: bool) -> Result<String, Box<dyn std::error::Error>> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let root = walk::root(folder)?;
    let limits = Limits::default();
    let mut files = walk::walk(&root, limits).files;
    if walk_only {
        return Ok(format!("{} files", files.len()));
    }
    files.retain(|file| matches!(file.kind, FileKind::Python | FileKind::Test | FileKind::Migration));
    // As the scan: the largest first, for the last to start bounds the end.
    files.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.rel.cmp(&b.rel)));
    let parse = |file: &walk::FoundFile| {
        let bytes = walk::read(&root, &file.rel, limits.file_size).unwrap_or_default();
        PARSER.with_borrow_mut(|parser| {
            let parser = parser.get_or_insert_with(|| {
                let mut parser = Parser::new();
                parser.set_language(&tree_sitter_python::LANGUAGE.into()).expect("the grammar fits the library");
                parser
            });
            let nodes = parser.parse(&bytes, None).map_or(0, |tree| tree.root_node().descendant_count());
            (bytes.len(), nodes)
        })
    };
    let (bytes, nodes) = files.par_iter().with_max_len(8).map(parse).reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    Ok(format!("{} files, {bytes} bytes, {nodes} nodes", files.len()))
}
