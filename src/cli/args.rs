//! The command line as people type it. Only what works is offered.

use std::path::PathBuf;

use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand, ValueEnum};

const EXIT_STATUS: &str = "\
Exit status:
  0  done
  2  wrong usage or configuration, unreadable input, an output that could not be written
  4  no Django project found";

/// Tell from its source text alone what moving a Django project to FastAPI takes
///
/// Apps, models, routes, views, serializers, admin, signals, migrations and more, with file and line, and what each costs to move.
/// Nothing of the project is imported or run.
#[derive(Debug, Parser)]
#[command(name = "migscan", version, args_conflicts_with_subcommands = true, after_long_help = EXIT_STATUS)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub scan: ScanArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the JSON Schema of the report
    Schema,
    /// List the rules, or run the tests of a team's own
    Rules {
        /// Folder whose configuration names rules of its own
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
        /// Configuration [default: as for a scan]
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Run the cases in DIR: folders of code with "# ruleid: ID" and "# ok: ID" above lines
        #[arg(long, value_name = "DIR")]
        test: Option<PathBuf>,
    },
    /// Tell a rule in full, or every line of a module's estimate
    Explain {
        /// Id of a rule, or name of a module
        #[arg(value_name = "RULE|MODULE")]
        name: String,
        #[command(flatten)]
        project: ProjectArgs,
        /// In Markdown
        #[arg(long)]
        markdown: bool,
    },
    /// Tell which assumptions move the total most
    Sensitivity {
        #[command(flatten)]
        project: ProjectArgs,
    },
    /// Fit the effort model to modules that are finished
    Calibrate {
        #[command(flatten)]
        project: ProjectArgs,
        /// What finished modules took: [[actual]] with module and hours
        #[arg(long, value_name = "FILE")]
        actuals: PathBuf,
        /// Write the fitted profile here; [effort] profile, or --profile, uses it
        #[arg(long, value_name = "FILE")]
        write: Option<PathBuf>,
    },
    /// Tell the rollout phase by phase, or write the kit for it
    ///
    /// With --out: proxy configurations for each phase, compose.yaml, checklists, who owns which table, a session bridge, a contract recorder.
    Plan(PlanArgs),
    /// Write a commented migscan.toml
    Init {
        /// Folder that gets it
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
    },
    /// Print the proxy rules for moves that a file names
    #[command(hide = true)]
    RulesOf {
        #[command(flatten)]
        project: ProjectArgs,
        /// View → method, or "*" → side
        #[arg(long, value_name = "FILE")]
        moves: PathBuf,
    },
    /// Write one proxy's configuration for the rules in a JSON file; for the tests
    #[command(hide = true)]
    ProxyOf(ProxyOf),
    /// What earlier runs keep in the user's cache folder
    Cache {
        #[command(subcommand)]
        command: CacheCommand,
    },
    /// Print the completions for a shell
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// Remove all of it
    Clean {
        /// Folder of the cache [default: migscan in the user's cache folder]
        #[arg(long, value_name = "DIR")]
        cache_dir: Option<PathBuf>,
    },
}

/// A project for a command that prints something about it.
#[derive(Debug, Default, ClapArgs)]
pub struct ProjectArgs {
    /// Folder of the project
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Configuration [default: migscan.toml, or [tool.migscan] in pyproject.toml, at PATH]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Settings module to use where several exist
    #[arg(long, value_name = "DOTTED", value_parser = dotted)]
    pub settings: Option<String>,
    /// Profile that "calibrate" wrote
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct PlanArgs {
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Folder for the kit, made unless it is there; a second run writes only what changed
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Proxies to write configurations for, the one in front first [default: all]
    #[arg(long, value_name = "NAME", value_enum, value_delimiter = ',', requires = "out")]
    pub proxy: Vec<Proxy>,
    /// Access log in the combined format, or a CSV file of paths and counts; gzip too
    #[arg(long, value_name = "FILE")]
    pub traffic: Option<PathBuf>,
    /// What the running project says: OpenAPI as JSON, or the output of show_urls
    #[arg(long, value_name = "FILE")]
    pub observed: Option<PathBuf>,
    /// Every route, not the first of each phase
    #[arg(long, short)]
    pub verbose: bool,
    #[command(flatten)]
    pub proxy_options: ProxyOptions,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Proxy")]
pub struct ProxyOptions {
    /// Port that the proxy listens on
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub listen: u16,
    /// Port, on the loopback interface, for the operators of Caddy and Envoy
    #[arg(long, value_name = "PORT", default_value_t = 9901)]
    pub admin: u16,
    /// Where Django is
    #[arg(long, value_name = "HOST:PORT", default_value = "django:8000")]
    pub django: String,
    /// Where FastAPI is
    #[arg(long, value_name = "HOST:PORT", default_value = "fastapi:8001")]
    pub fastapi: String,
    /// Host that health checks name
    #[arg(long, value_name = "NAME", default_value = "localhost")]
    pub host: String,
    /// Path that answers 200 on a healthy FastAPI
    #[arg(long, value_name = "PATH", default_value = "/healthz")]
    pub health: String,
    /// Share of clients that a canary sends to FastAPI
    #[arg(long, value_name = "PERCENT", default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub canary: u8,
    /// Share of reads that are copied to FastAPI before a canary [default: the plan's]
    #[arg(long, value_name = "PERCENT", default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub mirror: u8,
    /// FastAPI dead: its reads fail, instead of being answered by Django
    #[arg(long)]
    pub no_fail_back: bool,
}

#[derive(Debug, ClapArgs)]
pub struct ProxyOf {
    /// The rules
    pub rules: PathBuf,
    #[arg(long, value_enum)]
    pub proxy: Proxy,
    /// Folder for the files
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub options: ProxyOptions,
}

#[derive(Debug, Default, ClapArgs)]
pub struct ScanArgs {
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Write the whole report as JSON; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write one page for people who decide; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write a summary for a comment of a pull request; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Write tables for a spreadsheet into DIR, made unless it is there
    #[arg(long, value_name = "DIR")]
    pub csv: Option<PathBuf>,
    /// Pseudonyms for every name, and no code, in what is written, so that it can leave the company; no summary on the terminal
    #[arg(long, action = ArgAction::SetTrue, conflicts_with_all = ["truth", "verbose"])]
    pub anonymize: bool,
    /// Compare with what the booted project says, in a file of tests/live/truth.py: precision and recall instead of the summary
    #[arg(long, value_name = "FILE")]
    pub truth: Option<PathBuf>,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub threads: Option<u16>,
    /// Neither use nor keep what earlier runs worked out
    #[arg(long, action = ArgAction::SetTrue)]
    pub no_cache: bool,
    /// Folder for it [default: migscan in the user's cache folder]
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache_dir: Option<PathBuf>,
    /// Say on stderr how long each step took
    #[arg(long, action = ArgAction::SetTrue)]
    pub timings: bool,
    /// No summary, no progress
    #[arg(long, short, action = ArgAction::SetTrue, conflicts_with = "verbose")]
    pub quiet: bool,
    /// A summary with every app, reason, note and path left out
    #[arg(long, short, action = ArgAction::SetTrue)]
    pub verbose: bool,
    /// Colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Progress bar on stderr
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Progress::Auto)]
    pub progress: Progress,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Proxy {
    #[default]
    Nginx,
    Haproxy,
    Caddy,
    Traefik,
    Envoy,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Progress {
    /// On a terminal, for what takes longer than half a second
    #[default]
    Auto,
    Never,
}

/// Names of Python modules with dots between them.
pub fn dotted(text: &str) -> Result<String, String> {
    let name = |part: &str| {
        part.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && part.chars().all(|ch| ch.is_alphanumeric() || ch == '_')
    };
    if text.split('.').all(name) {
        return Ok(text.to_owned());
    }
    // The two ways in which people name a file instead of its module.
    match text.strip_suffix(".py") {
        Some(path) => Err(format!("a module is written with dots and without .py: {}", path.replace(['/', '\\'], "."))),
        None => Err("a module is written like shop.settings.production".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        use clap::CommandFactory;
        Args::command().debug_assert();
    }

    #[test]
    fn dotted_names() {
        for good in ["settings", "shop.settings.production", "_a.b2", "größe.settings"] {
            assert_eq!(dotted(good), Ok(good.to_owned()));
        }
        for bad in ["", ".", "a..b", "a.", "1a", "a-b", "a b", "../settings"] {
            assert!(dotted(bad).is_err(), "{bad}");
        }
        assert!(dotted("shop/settings.py").unwrap_err().ends_with("shop.settings"));
    }
}
