//! The command line as people type it. Only what works is offered.

use std::path::PathBuf;

use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand, ValueEnum};

const EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  a --fail-on condition holds; a baseline check found something new
  2  wrong usage or configuration, unreadable input, an output that could not be written
  3  analysed, but incomplete, under --strict; 1 comes before 3
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
    Schema {
        /// Of what `trend --json` writes
        #[arg(long, conflicts_with = "portfolio")]
        trend: bool,
        /// Of what `portfolio --json` writes
        #[arg(long)]
        portfolio: bool,
    },
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
        /// One page in Markdown
        #[arg(long, conflicts_with = "test")]
        markdown: bool,
    },
    /// Tell a rule in full, or every line of a module's estimate
    Explain {
        /// Id of a rule, or name of a module
        #[arg(value_name = "RULE|MODULE")]
        name: String,
        #[command(flatten)]
        project: ProjectArgs,
        /// Of a module only what the plan moves
        #[arg(long)]
        plan: bool,
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
    /// Tell the burn-down over reports of many commits, in the order given
    Trend(TrendArgs),
    /// Put the reports of many repositories side by side
    Portfolio(PortfolioArgs),
    /// Tell what changed between two reports, and why: code, effort model or coverage
    Diff(DiffArgs),
    /// Write, check or prune the file of what is known already
    ///
    /// One entry a line, sorted, for the repository; --baseline and --fail-on new-findings take it. An existing file that is none is left alone.
    Baseline(BaselineArgs),
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
    /// Print the manual page, of one command where it is named
    Man {
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
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
    /// Largest file that is read, in MB; larger ones are listed [default: 2]
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(1..=100))]
    pub max_file_size: Option<u64>,
}

#[derive(Debug, ClapArgs)]
pub struct DiffArgs {
    /// The earlier report, as JSON
    #[arg(value_name = "OLD.json")]
    pub old: PathBuf,
    /// The later report, as JSON
    #[arg(value_name = "NEW.json")]
    pub new: PathBuf,
    /// Write the changes as JSON; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write them as a page; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write them for a comment of a pull request; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Nothing on the terminal but the last line
    #[arg(long, short, action = ArgAction::SetTrue)]
    pub quiet: bool,
}

#[derive(Debug, ClapArgs)]
pub struct BaselineArgs {
    /// write: everything that there is now; check: what is new and what is stale; prune: take out what is stale
    #[arg(value_name = "write|check|prune", value_enum)]
    pub action: BaselineDo,
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The baseline
    #[arg(long, value_name = "FILE", default_value = "migscan-baseline.txt")]
    pub file: PathBuf,
    /// check: stale entries fail as well
    #[arg(long, action = ArgAction::SetTrue)]
    pub strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lowercase")]
pub enum BaselineDo {
    Write,
    Check,
    Prune,
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
    /// What the running project says: OpenAPI as JSON or YAML, or the output of show_urls
    #[arg(long, value_name = "FILE")]
    pub observed: Option<PathBuf>,
    /// Every route, not the first of each phase
    #[arg(long, short)]
    pub verbose: bool,
    #[command(flatten)]
    pub proxy_options: ProxyOptions,
}

#[derive(Debug, ClapArgs)]
pub struct TrendArgs {
    /// Reports of one project, the oldest first
    #[arg(value_name = "REPORT.json", required = true)]
    pub reports: Vec<PathBuf>,
    /// Write it as JSON; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write it as a page; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Tell it by owner too, as this CODEOWNERS file has them; a "team" in the configuration wins over it
    #[arg(long, value_name = "CODEOWNERS")]
    pub owners: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct PortfolioArgs {
    /// Reports, or folders of them
    #[arg(value_name = "REPORT.json|DIR", required = true)]
    pub reports: Vec<PathBuf>,
    /// Write it as JSON, a row in a line if the name ends in .ndjson; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the table as CSV; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write it as a page; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
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
    /// Address or network of what stands before the proxy and is believed: a load balancer that ends TLS
    #[arg(long = "front", value_name = "CIDR")]
    pub fronts: Vec<String>,
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
    /// `SECURE_PROXY_SSL_HEADER` of the settings
    #[arg(long, value_name = "KEY=VALUE")]
    pub ssl_header: Option<String>,
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
    /// Write the findings as SARIF 2.1.0 for code scanning; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Write the findings as a code quality report of GitLab; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub gitlab: Option<PathBuf>,
    /// Write what each --fail-on condition and each frozen module came to as JUnit; "-" is stdout
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Where PATH lies in its repository, for SARIF, GitLab and annotations [default: what the CI system says]
    #[arg(long, value_name = "DIR")]
    pub path_prefix: Option<String>,
    /// Annotations and step summary for GitHub Actions
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub github: When,
    /// Write tables for a spreadsheet into DIR, made unless it is there
    #[arg(long, value_name = "DIR")]
    pub csv: Option<PathBuf>,
    /// Compare with an earlier report, or with the file that "baseline write" wrote
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Exit with 1, after everything is written, when it holds: new-findings[:SEVERITY], blockers>0, effort>120d, effort-p80>4w,
    /// effort>+5d, coverage<95, cycles, new-cycles, frozen; repeatable
    #[arg(long, value_name = "CONDITION", value_delimiter = ',')]
    pub fail_on: Vec<String>,
    /// Exit with 3 when a file could not be read, or a fact not be established after which something may be missing from the report
    #[arg(long, action = ArgAction::SetTrue)]
    pub strict: bool,
    /// What a review touches, a list of paths or a diff ("-" is stdin): what is found there comes first
    #[arg(long, value_name = "FILE")]
    pub changed: Option<PathBuf>,
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
pub enum When {
    /// Where GITHUB_ACTIONS is "true"
    #[default]
    Auto,
    Always,
    Never,
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
