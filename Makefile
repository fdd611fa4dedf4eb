# Thin: everything real is in cargo and crates/xtask.
.PHONY: run test bench soak lint

run: ## Build and start the demo: everything embedded, sample holdings, sandbox.
	cargo run --quiet --package xtask -- run

test: ## Everything CI checks, installing what it needs on a Debian machine.
	cargo run --quiet --package xtask -- test

bench: ## The benchmarks, as a table of ratios.
	cargo run --quiet --package xtask -- bench

soak: ## The long runs: kills, inputs of strangers, hidden records, timing.
	cargo run --quiet --package xtask -- soak

lint: ## Formatting, clippy, file lengths, licences, duplicate versions.
	cargo run --quiet --package xtask -- lint
