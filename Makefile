# make demo   a living realm at http://127.0.0.1:8080
# make test   everything that shows behaviour, in less than 20 minutes on two cores
# make trial  the same tests at full size
# make build  the program, as ./reelm
# make screens  the pictures of docs/screens, from a demo realm of its own

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
# Packages with goroutines of their own run under the race detector.
RACE = ./internal/auth ./internal/blob ./internal/clip ./internal/eventlog ./internal/feed ./internal/notify ./internal/realm ./internal/server ./internal/store

.PHONY: build screens demo test trial check unit race fuzz e2e tools packages-run packages-test

build:
	go build -o reelm ./cmd/reelm

screens: packages-test
	cd tools && go run ./screens

demo: packages-run build
	./reelm demo

packages-run:
	@scripts/need "ffmpeg:ffmpeg:makes uploads playable in every browser"

packages-test: packages-run
	@scripts/need "chromium:chromium:browser tests" \
		"age:age:opening archives without Reelm" \
		"zstd:zstd:opening archives without Reelm" \
		"/usr/lib/postgresql/*/bin/initdb:postgresql:store tests on PostgreSQL" \
		"qemu-aarch64-static:qemu-user-static:the same model on another architecture"

test: packages-test check unit race fuzz e2e tools

trial: export REELM_TRIAL = 1
trial: packages-test check
	go test -timeout 4h ./...
	go test -timeout 4h -race $(RACE)

check:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofmt these:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...

unit:
	go test -timeout 15m $$(go list ./... | grep -v -e /e2e $(RACE:./%=-e reelm/%$$))

race:
	go test -timeout 15m -race $(RACE)

fuzz: # a few seconds of each; longer with go test -fuzz NAME -fuzztime 10m ./rec
	go test -run xxx -fuzz FuzzApply -fuzztime 5s ./rec
	go test -run xxx -fuzz FuzzRestore -fuzztime 5s ./rec
	go test -run xxx -fuzz FuzzReadCSV -fuzztime 5s ./rec/eval

e2e:
	go test -timeout 15m ./e2e/...

tools:
	cd tools && go vet ./... && go test ./...
