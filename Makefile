# make        this help
# make demo   the main job, end to end
# make test   all tests
# make check  what CI runs besides

GO      ?= go
T       ?= 30s
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  = -s -w -X main.version=$(VERSION)
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: help build demo test check vet lint race generated fuzz cross bench kill release clean

help: ## print this help
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

build: ## build ./kickoff with the engine
	CGO_ENABLED=1 $(GO) build -ldflags '$(LDFLAGS)' -o kickoff ./cmd/kickoff

demo: build ## start a gallery, publish the examples, kick one off, show its output
	./kickoff demo

test: ## run all tests
	$(GO) test -count=1 -timeout 20m ./...

check: vet lint race generated fuzz cross ## what CI runs besides the tests

vet: ## go vet, gofmt
	$(GO) vet ./...
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo 'run gofmt -w on these'; exit 1; }

lint: ## staticcheck
	$(GO) run $(STATICCHECK) ./...

# The race detector slows the engine's native code down by nothing and Go by
# much: the packages with goroutines of their own are what it is for.
RACE = ./oauth1/... ./gallery/... ./internal/cli/... ./internal/job/... ./internal/server/... ./internal/store/... \
       ./internal/queue/... ./internal/blob/... ./internal/proxy/... ./internal/format/... ./internal/engine/...

race: ## the race detector over all packages with goroutines
	$(GO) test -race -short -timeout 20m $(RACE)

generated: ## generated files are up to date
	$(GO) generate ./...
	git diff --exit-code

# A run that ends while an input is in the works fails with no more than "context deadline
# exceeded" on a busy machine, which is the tool's own doing: it is run once more.
fuzz: ## run each fuzz target for T (30s), as many at once as there are processors
	@grep -rlE --include='*_test.go' '^func Fuzz' . | while read -r f; do \
	  sed -nE "s|^func (Fuzz[A-Za-z0-9]+).*|$$(dirname $$f) \1|p" $$f; done | sort -u | \
	xargs -P $$(getconf _NPROCESSORS_ONLN) -L 1 sh -c ' \
	  for try in 1 2; do \
	    if out=$$($(GO) test $$0 -run "^$$" -fuzz "^$$1\$$" -fuzztime $(T) -fuzzminimizetime 10x -parallel 1 2>&1); then \
	      echo "fuzz $$0 $$1 $(T): $$(echo "$$out" | grep execs: | tail -n 1)"; exit 0; fi; \
	    case "$$out" in *"Failing input"*|*panic*) break;; *"context deadline exceeded"*) ;; *) break;; esac; \
	  done; echo "fuzz $$0 $$1: failed"; echo "$$out"; exit 1'

cross: ## the client builds without cgo for every system
	@set -e; for t in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64; do \
	  echo "build $$t"; CGO_ENABLED=0 GOOS=$${t%/*} GOARCH=$${t#*/} $(GO) build -o /dev/null ./cmd/kickoff; done

bench: ## measure against the floor, ratios in the same run
	$(GO) run ./internal/bench

kill: ## 200 rounds of kill -9 (ROUNDS=n)
	KICKOFF_KILL_ROUNDS=$(or $(ROUNDS),200) $(GO) test -count=1 -timeout 60m -run TestKill ./internal/e2e

release: ## archives in dist/: the client for every system, the whole for Linux
	rm -rf dist && mkdir -p dist
	@set -e; for t in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64; do \
	  os=$${t%/*}; arch=$${t#*/}; n=kickoff-client-$(VERSION)-$$os-$$arch; e=; [ $$os = windows ] && e=.exe; \
	  mkdir -p dist/$$n; CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o dist/$$n/kickoff$$e ./cmd/kickoff; \
	  cp LICENSE README.md dist/$$n/; \
	  if [ $$os = windows ]; then (cd dist && python3 -m zipfile -c $$n.zip $$n); else tar -C dist -czf dist/$$n.tar.gz $$n; fi; rm -r dist/$$n; done
	@set -e; n=kickoff-$(VERSION)-linux-$$($(GO) env GOARCH); mkdir -p dist/$$n; \
	  CGO_ENABLED=1 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o dist/$$n/kickoff ./cmd/kickoff; cp LICENSE README.md dist/$$n/; \
	  tar -C dist -czf dist/$$n.tar.gz $$n; rm -r dist/$$n
	@cd dist && sha256sum * > SHA256SUMS && cat SHA256SUMS

clean: ## remove what was built
	rm -rf kickoff dist
