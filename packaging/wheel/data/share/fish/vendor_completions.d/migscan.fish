# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_migscan_global_optspecs
    string join \n config= settings= profile= max-file-size= json= html= markdown= sarif= gitlab= junit= path-prefix= github= csv= baseline= fail-on= strict changed= anonymize truth= threads= no-cache cache-dir= timings q/quiet v/verbose color= progress= h/help V/version
end

function __fish_migscan_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_migscan_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_migscan_using_subcommand
    set -l cmd (__fish_migscan_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c migscan -n "__fish_migscan_needs_command" -l config -d 'Configuration [default: migscan.toml, or [tool.migscan] in pyproject.toml, at PATH]' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l settings -d 'Settings module to use where several exist' -r
complete -c migscan -n "__fish_migscan_needs_command" -l profile -d 'Profile that "calibrate" wrote' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l max-file-size -d 'Largest file that is read, in MB; larger ones are listed [default: 2]' -r
complete -c migscan -n "__fish_migscan_needs_command" -l json -d 'Write the whole report as JSON; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l html -d 'Write one page for people who decide; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l markdown -d 'Write a summary for a comment of a pull request; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l sarif -d 'Write the findings as SARIF 2.1.0 for code scanning; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l gitlab -d 'Write the findings as a code quality report of GitLab; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l junit -d 'Write what each --fail-on condition and each frozen module came to as JUnit; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l path-prefix -d 'Where PATH lies in its repository, for SARIF, GitLab and annotations [default: what the CI system says]' -r
complete -c migscan -n "__fish_migscan_needs_command" -l github -d 'Annotations and step summary for GitHub Actions' -r -f -a "auto\t'Where GITHUB_ACTIONS is "true"'
always\t''
never\t''"
complete -c migscan -n "__fish_migscan_needs_command" -l csv -d 'Write tables for a spreadsheet into DIR, made unless it is there' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l baseline -d 'Compare with an earlier report, or with the file that "baseline write" wrote' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l fail-on -d 'Exit with 1, after everything is written, when it holds: new-findings[:SEVERITY], blockers>0, effort>120d, effort-p80>4w, effort>+5d, coverage<95, cycles, new-cycles, frozen; repeatable' -r
complete -c migscan -n "__fish_migscan_needs_command" -l changed -d 'What a review touches, a list of paths or a diff ("-" is stdin): what is found there comes first' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l truth -d 'Compare with what the booted project says, in a file of tests/live/truth.py: precision and recall instead of the summary' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l threads -d 'Number of threads [default: one per processor]' -r
complete -c migscan -n "__fish_migscan_needs_command" -l cache-dir -d 'Folder for it [default: migscan in the user\'s cache folder]' -r -F
complete -c migscan -n "__fish_migscan_needs_command" -l color -d 'Colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t''
never\t''"
complete -c migscan -n "__fish_migscan_needs_command" -l progress -d 'Progress bar on stderr' -r -f -a "auto\t'On a terminal, for what takes longer than half a second'
never\t''"
complete -c migscan -n "__fish_migscan_needs_command" -l strict -d 'Exit with 3 when a file could not be read, or a fact not be established after which something may be missing from the report'
complete -c migscan -n "__fish_migscan_needs_command" -l anonymize -d 'Pseudonyms for every name, and no code, in what is written, so that it can leave the company; no summary on the terminal'
complete -c migscan -n "__fish_migscan_needs_command" -l no-cache -d 'Neither use nor keep what earlier runs worked out'
complete -c migscan -n "__fish_migscan_needs_command" -l timings -d 'Say on stderr how long each step took'
complete -c migscan -n "__fish_migscan_needs_command" -s q -l quiet -d 'No summary, no progress'
complete -c migscan -n "__fish_migscan_needs_command" -s v -l verbose -d 'A summary with every app, reason, note and path left out'
complete -c migscan -n "__fish_migscan_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c migscan -n "__fish_migscan_needs_command" -s V -l version -d 'Print version'
complete -c migscan -n "__fish_migscan_needs_command" -a "schema" -d 'Print the JSON Schema of the report'
complete -c migscan -n "__fish_migscan_needs_command" -a "rules" -d 'List the rules, or run the tests of a team\'s own'
complete -c migscan -n "__fish_migscan_needs_command" -a "explain" -d 'Tell a rule in full, or every line of a module\'s estimate'
complete -c migscan -n "__fish_migscan_needs_command" -a "sensitivity" -d 'Tell which assumptions move the total most'
complete -c migscan -n "__fish_migscan_needs_command" -a "calibrate" -d 'Fit the effort model to modules that are finished'
complete -c migscan -n "__fish_migscan_needs_command" -a "plan" -d 'Tell the rollout phase by phase, or write the kit for it'
complete -c migscan -n "__fish_migscan_needs_command" -a "trend" -d 'Tell the burn-down over reports of many commits, in the order given'
complete -c migscan -n "__fish_migscan_needs_command" -a "portfolio" -d 'Put the reports of many repositories side by side'
complete -c migscan -n "__fish_migscan_needs_command" -a "diff" -d 'Tell what changed between two reports, and why: code, effort model or coverage'
complete -c migscan -n "__fish_migscan_needs_command" -a "baseline" -d 'Write, check or prune the file of what is known already'
complete -c migscan -n "__fish_migscan_needs_command" -a "init" -d 'Write a commented migscan.toml'
complete -c migscan -n "__fish_migscan_needs_command" -a "man" -d 'Print the manual page, of one command where it is named'
complete -c migscan -n "__fish_migscan_needs_command" -a "cache" -d 'What earlier runs keep in the user\'s cache folder'
complete -c migscan -n "__fish_migscan_needs_command" -a "completions" -d 'Print the completions for a shell'
complete -c migscan -n "__fish_migscan_needs_command" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c migscan -n "__fish_migscan_using_subcommand schema" -l trend -d 'Of what `trend --json` writes'
complete -c migscan -n "__fish_migscan_using_subcommand schema" -l portfolio -d 'Of what `portfolio --json` writes'
complete -c migscan -n "__fish_migscan_using_subcommand schema" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand rules" -l config -d 'Configuration [default: as for a scan]' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand rules" -l test -d 'Run the cases in DIR: folders of code with "# ruleid: ID" and "# ok: ID" above lines' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand rules" -l markdown -d 'One page in Markdown'
complete -c migscan -n "__fish_migscan_using_subcommand rules" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand explain" -l config -d 'Configuration [default: migscan.toml, or [tool.migscan] in pyproject.toml, at PATH]' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand explain" -l settings -d 'Settings module to use where several exist' -r
complete -c migscan -n "__fish_migscan_using_subcommand explain" -l profile -d 'Profile that "calibrate" wrote' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand explain" -l max-file-size -d 'Largest file that is read, in MB; larger ones are listed [default: 2]' -r
complete -c migscan -n "__fish_migscan_using_subcommand explain" -l plan -d 'Of a module only what the plan moves'
complete -c migscan -n "__fish_migscan_using_subcommand explain" -l markdown -d 'In Markdown'
complete -c migscan -n "__fish_migscan_using_subcommand explain" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand sensitivity" -l config -d 'Configuration [default: migscan.toml, or [tool.migscan] in pyproject.toml, at PATH]' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand sensitivity" -l settings -d 'Settings module to use where several exist' -r
complete -c migscan -n "__fish_migscan_using_subcommand sensitivity" -l profile -d 'Profile that "calibrate" wrote' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand sensitivity" -l max-file-size -d 'Largest file that is read, in MB; larger ones are listed [default: 2]' -r
complete -c migscan -n "__fish_migscan_using_subcommand sensitivity" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand calibrate" -l config -d 'Configuration [default: migscan.toml, or [tool.migscan] in pyproject.toml, at PATH]' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand calibrate" -l settings -d 'Settings module to use where several exist' -r
complete -c migscan -n "__fish_migscan_using_subcommand calibrate" -l profile -d 'Profile that "calibrate" wrote' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand calibrate" -l max-file-size -d 'Largest file that is read, in MB; larger ones are listed [default: 2]' -r
complete -c migscan -n "__fish_migscan_using_subcommand calibrate" -l actuals -d 'What finished modules took: [[actual]] with module and hours' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand calibrate" -l write -d 'Write the fitted profile here; [effort] profile, or --profile, uses it' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand calibrate" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l config -d 'Configuration [default: migscan.toml, or [tool.migscan] in pyproject.toml, at PATH]' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l settings -d 'Settings module to use where several exist' -r
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l profile -d 'Profile that "calibrate" wrote' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l max-file-size -d 'Largest file that is read, in MB; larger ones are listed [default: 2]' -r
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l out -d 'Folder for the kit, made unless it is there; a second run writes only what changed' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l proxy -d 'Proxies to write configurations for, the one in front first [default: all]' -r -f -a "nginx\t''
haproxy\t''
caddy\t''
traefik\t''
envoy\t''"
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l traffic -d 'Access log in the combined format, or a CSV file of paths and counts; gzip too' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l observed -d 'What the running project says: OpenAPI as JSON or YAML, or the output of show_urls' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l listen -d 'Port that the proxy listens on' -r
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l admin -d 'Port, on the loopback interface, for the operators of Caddy and Envoy' -r
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l django -d 'Where Django is' -r
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l fastapi -d 'Where FastAPI is' -r
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l host -d 'Host that health checks name' -r
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l health -d 'Path that answers 200 on a healthy FastAPI' -r
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l canary -d 'Share of clients that a canary sends to FastAPI' -r
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l mirror -d 'Share of reads that are copied to FastAPI before a canary [default: the plan\'s]' -r
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l front -d 'Address or network of what stands before the proxy and is believed: a load balancer that ends TLS' -r
complete -c migscan -n "__fish_migscan_using_subcommand plan" -s v -l verbose -d 'Every route, not the first of each phase'
complete -c migscan -n "__fish_migscan_using_subcommand plan" -l no-fail-back -d 'FastAPI dead: its reads fail, instead of being answered by Django'
complete -c migscan -n "__fish_migscan_using_subcommand plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c migscan -n "__fish_migscan_using_subcommand trend" -l json -d 'Write it as JSON; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand trend" -l html -d 'Write it as a page; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand trend" -l owners -d 'Tell it by owner too, as this CODEOWNERS file has them; a "team" in the configuration wins over it' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand trend" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand portfolio" -l json -d 'Write it as JSON, a row in a line if the name ends in .ndjson; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand portfolio" -l csv -d 'Write the table as CSV; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand portfolio" -l html -d 'Write it as a page; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand portfolio" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand diff" -l json -d 'Write the changes as JSON; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand diff" -l html -d 'Write them as a page; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand diff" -l markdown -d 'Write them for a comment of a pull request; "-" is stdout' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand diff" -s q -l quiet -d 'Nothing on the terminal but the last line'
complete -c migscan -n "__fish_migscan_using_subcommand diff" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand baseline" -l config -d 'Configuration [default: migscan.toml, or [tool.migscan] in pyproject.toml, at PATH]' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand baseline" -l settings -d 'Settings module to use where several exist' -r
complete -c migscan -n "__fish_migscan_using_subcommand baseline" -l profile -d 'Profile that "calibrate" wrote' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand baseline" -l max-file-size -d 'Largest file that is read, in MB; larger ones are listed [default: 2]' -r
complete -c migscan -n "__fish_migscan_using_subcommand baseline" -l file -d 'The baseline' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand baseline" -l strict -d 'check: stale entries fail as well'
complete -c migscan -n "__fish_migscan_using_subcommand baseline" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c migscan -n "__fish_migscan_using_subcommand init" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand man" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand cache; and not __fish_seen_subcommand_from clean help" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand cache; and not __fish_seen_subcommand_from clean help" -f -a "clean" -d 'Remove all of it'
complete -c migscan -n "__fish_migscan_using_subcommand cache; and not __fish_seen_subcommand_from clean help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c migscan -n "__fish_migscan_using_subcommand cache; and __fish_seen_subcommand_from clean" -l cache-dir -d 'Folder of the cache [default: migscan in the user\'s cache folder]' -r -F
complete -c migscan -n "__fish_migscan_using_subcommand cache; and __fish_seen_subcommand_from clean" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "clean" -d 'Remove all of it'
complete -c migscan -n "__fish_migscan_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c migscan -n "__fish_migscan_using_subcommand completions" -s h -l help -d 'Print help'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "schema" -d 'Print the JSON Schema of the report'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "rules" -d 'List the rules, or run the tests of a team\'s own'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "explain" -d 'Tell a rule in full, or every line of a module\'s estimate'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "sensitivity" -d 'Tell which assumptions move the total most'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "calibrate" -d 'Fit the effort model to modules that are finished'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "plan" -d 'Tell the rollout phase by phase, or write the kit for it'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "trend" -d 'Tell the burn-down over reports of many commits, in the order given'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "portfolio" -d 'Put the reports of many repositories side by side'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "diff" -d 'Tell what changed between two reports, and why: code, effort model or coverage'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "baseline" -d 'Write, check or prune the file of what is known already'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "init" -d 'Write a commented migscan.toml'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "man" -d 'Print the manual page, of one command where it is named'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "cache" -d 'What earlier runs keep in the user\'s cache folder'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "completions" -d 'Print the completions for a shell'
complete -c migscan -n "__fish_migscan_using_subcommand help; and not __fish_seen_subcommand_from schema rules explain sensitivity calibrate plan trend portfolio diff baseline init man cache completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c migscan -n "__fish_migscan_using_subcommand help; and __fish_seen_subcommand_from cache" -f -a "clean" -d 'Remove all of it'
