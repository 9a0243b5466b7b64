.PHONY: run test fix ci

run:
	scripts/run

test:
	scripts/test

fix:
	scripts/setup test
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

ci:
	.ci/run
