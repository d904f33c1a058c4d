package web

import (
	"context"
	"sync"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/sheet"
)

// What is kept of uploaded files: a file waits in memory, and nowhere else, in
// the bytes in which it came, until its rows are imported. Rows take several
// times that, so they are read anew for each run and few runs are at work at a
// time.
const (
	runsAtOnce     = 3 // of the whole process; the others wait their turn
	uploadLife     = time.Hour
	maxUploads     = 64        // of the whole process
	maxUploadBytes = 512 << 20 // of the whole process

	// A tenant has a share, and one that holds more than another is asking for
	// gives way to it, so that none can keep the others from importing.
	tenantUploads     = 8
	tenantUploadBytes = 2 * UploadLimit
)

// upload is a file on its way into a record type: chosen, mapped, tried and
// run by one person.
type upload struct {
	tenant bailiwick.TenantID
	user   bailiwick.UserID
	file   string // its name, for people
	typ    string
	data   []byte // the file itself
	header []string
	first  []string // first row, as a sample
	rows   int
	bytes  int
	until  time.Time
	resume bailiwick.ImportID // run that the file goes on with

	mu      sync.Mutex
	run     bailiwick.ImportID // of an import that has begun
	mapping map[string]string
	mode    custody.ImportMode
	key     string
	running bool
	dry     bool // whether the present or last run was a dry one
	result  *custody.Import
	failed  bool
	spent   bool // imported
}

// uploads are the files that are waiting or at work. It is safe for concurrent
// use.
type uploads struct {
	clock bailiwick.Clock
	turns chan struct{}
	mu    sync.Mutex
	m     map[string]*upload
	work  sync.WaitGroup
}

func newUploads(c bailiwick.Clock) *uploads {
	return &uploads{clock: c, turns: make(chan struct{}, runsAtOnce), m: map[string]*upload{}}
}

// put keeps a file and returns its name in addresses. CodeLimited when too
// much is waiting.
func (u *uploads) put(f *upload) (string, error) {
	id, err := bailiwick.NewID(u.clock.Now(), nil)
	if err != nil {
		return "", err
	}
	f.until = u.clock.Now().Add(uploadLife)
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sweep()
	own, files := f.bytes, 0
	spent := "" // the first file of the tenant that only its result is kept of
	for id, other := range u.m {
		size, over := other.size()
		if other.tenant != f.tenant {
			continue
		}
		own += size
		files++
		if over && (spent == "" || other.until.Before(u.m[spent].until)) {
			spent = id
		}
	}
	if files >= tenantUploads && spent != "" { // the list of imports tells of it still
		delete(u.m, spent)
		files--
	}
	if files >= tenantUploads || own > tenantUploadBytes || !u.makeRoom(f, own, files+1) {
		return "", &bailiwick.Error{Code: bailiwick.CodeLimited, Message: "Too many files are waiting to be imported. Try again later."}
	}
	u.m[id.String()] = f
	return id.String(), nil
}

// makeRoom lets files give way that wait in tenants which hold more than the
// asking one would hold: their people choose them again. It is false if that
// does not help. The caller holds the lock.
func (u *uploads) makeRoom(f *upload, own, files int) bool {
	type share struct{ bytes, files int }
	for {
		total, held := f.bytes, map[bailiwick.TenantID]share{}
		oldest := map[bailiwick.TenantID]string{} // that could give way
		for id, other := range u.m {
			size, busy := other.idle()
			total += size
			s := held[other.tenant]
			held[other.tenant] = share{s.bytes + size, s.files + 1}
			if at := oldest[other.tenant]; !busy && other.tenant != f.tenant && (at == "" || other.until.Before(u.m[at].until)) {
				oldest[other.tenant] = id
			}
		}
		many, large := len(u.m) >= maxUploads, total > maxUploadBytes
		if !many && !large {
			return true
		}
		worst, most := "", share{own, files}
		for tenant, id := range oldest {
			if s := held[tenant]; large && s.bytes > most.bytes || !large && s.files > most.files {
				worst, most = id, s
			}
		}
		if worst == "" {
			return false
		}
		delete(u.m, worst)
	}
}

// idle is how many bytes of a file are kept still, and whether it is at work.
func (f *upload) idle() (bytes int, busy bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bytes, f.running
}

// size is how many bytes of a file are kept still, and whether it is imported.
func (f *upload) size() (bytes int, spent bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bytes, f.spent
}

// spend ends a file that is imported: nothing of it is needed any more but how
// that went. The caller holds the lock, or is alone with the file.
func (f *upload) spend(res *custody.Import) {
	f.result, f.spent = res, true
	f.data, f.first, f.bytes = nil, nil, 0
}

// sweep forgets what has waited too long. The caller holds the lock.
func (u *uploads) sweep() {
	now := u.clock.Now()
	for id, f := range u.m {
		f.mu.Lock()
		old := now.After(f.until) && !f.running
		f.mu.Unlock()
		if old {
			delete(u.m, id)
		}
	}
}

// get returns a file of the actor; nil for one that is gone or somebody
// else's.
func (u *uploads) get(a bailiwick.Actor, id string) *upload {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sweep()
	f := u.m[id]
	if f == nil || f.tenant != a.Tenant() || f.user != a.User() {
		return nil
	}
	return f
}

// start runs an import of the file in the background, so that its page can be
// left. It does nothing while one is at work. ctx must outlive the request.
func (u *uploads) start(ctx context.Context, door *custody.Door, a bailiwick.Actor, f *upload, dry bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running {
		return
	}
	spec := custody.ImportSpec{Type: f.typ, Source: f.file, Mapping: f.mapping, Mode: f.mode, KeyField: f.key, DryRun: dry, Format: custody.CSV}
	if sheet.IsXLSX(f.data) {
		spec.Format = custody.XLSX
	}
	if !dry { // an interrupted run goes on where it was
		spec.ID = f.resume
		if !f.run.IsZero() {
			spec.ID = f.run
		}
		spec.Started = func(id bailiwick.ImportID) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.run = id
		}
	}
	f.running, f.dry, f.result, f.failed = true, dry, nil, false
	data := f.data
	u.work.Go(func() {
		res, err := u.runs(ctx, door, a, spec, data)
		f.mu.Lock()
		defer f.mu.Unlock()
		f.running, f.failed, f.result = false, err != nil, &res
		if dry && res.Returned != nil {
			f.bytes = len(f.data) + res.Returned.Size()
		}
		if err == nil && !dry {
			f.spend(&res)
		}
	})
}

// runs waits for a turn and reads the rows anew.
func (u *uploads) runs(ctx context.Context, door *custody.Door, a bailiwick.Actor, spec custody.ImportSpec, data []byte) (custody.Import, error) {
	select {
	case u.turns <- struct{}{}:
		defer func() { <-u.turns }()
	case <-ctx.Done():
		return custody.Import{}, ctx.Err()
	}
	table, err := readRows(data)
	if err != nil {
		return custody.Import{}, err
	}
	spec.Header, spec.Rows, spec.Lines = table.Header, table.Rows, table.Lines
	return door.Import(ctx, a, spec)
}

// look reads a file that has just come, when it is its turn.
func (u *uploads) look(ctx context.Context, data []byte) (sheet.Table, error) {
	select {
	case u.turns <- struct{}{}:
		defer func() { <-u.turns }()
	case <-ctx.Done():
		return sheet.Table{}, ctx.Err()
	}
	return readRows(data)
}

// began is the run that the file has become, zero before that.
func (f *upload) began() bailiwick.ImportID {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.run
}

// wait returns when nothing is at work, or ctx ends.
func (u *uploads) wait(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		u.work.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// state is a copy of what changes, for a page.
func (f *upload) state() (running, dry, failed bool, res *custody.Import) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.running, f.dry, f.failed, f.result
}
