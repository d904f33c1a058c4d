# The commands of the project. "make" alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
GO ?= go
# Two packages at a time: tests of this project start servers and databases.
TESTFLAGS ?= -p 2
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
# Tools are built once per version and Go release, outside the module.
TOOLS = .cache/tools/$(shell $(GO) env GOVERSION)/$(notdir $(STATICCHECK))
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@v1.9.0
export BAILIWICK_REQUIRE

.PHONY: help build run check test bench engines prove vuln fmt docs

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

build: ## build bin/bailiwick
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags="-s -w" -o bin/bailiwick ./cmd/bailiwick
	@ls -l bin/bailiwick | awk '{printf "bin/bailiwick: %.1f MB\n", $$5/1048576}'

run: ## the demo: three workspaces with fictional content
	$(GO) run ./cmd/bailiwick demo

check: ## the fast gate: format, vet, staticcheck, guards, short tests
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "not formatted: $$unformatted"; exit 1; }
	$(GO) vet ./...
	@test -x $(TOOLS)/staticcheck || GOBIN=$(CURDIR)/$(TOOLS) $(GO) install $(STATICCHECK)
	$(TOOLS)/staticcheck ./...
	$(GO) test -count=1 ./internal/guard
	$(GO) test $(TESTFLAGS) -short -json ./... | $(GO) run ./scripts/summary -brief

test: ## everything: both engines, scenarios, browser; installs what it needs
	@scripts/test

bench: ## figures against their raw floors, into docs/performance.md; ROUNDS=9
	$(GO) test ./internal/bench -v -count=1 -run TestFigures -timeout 60m -rounds $(or $(ROUNDS),9) -report $(CURDIR)/docs/performance.md

engines: ## the matrix against Cedar, Open Policy Agent and Casbin: answers, and figures into docs/performance.md; ROUNDS=9
	cd bench/engines && $(GO) test -count=1 -v -timeout 30m . -rounds $(or $(ROUNDS),9) -report $(CURDIR)/docs/performance.md

prove: ## what proves a promise: make prove P=14; without P, all
	$(GO) run ./internal/prove $(P)

vuln: ## known weaknesses of the dependencies; VULNDB=DIR uses a local database
	$(GO) run $(GOVULNCHECK) $(if $(VULNDB),-db file://$(abspath $(VULNDB))) ./...

docs: ## write docs/config.md and docs/errors.md anew
	$(GO) test ./internal/server -run 'TestDocs' -update

fmt: ## format the code
	gofmt -w $$(git ls-files '*.go')
