package web

import (
	"context"
	"sync"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/sheet"
)

// What is kept of uploaded files: a file waits in memory, and nowhere else,
// until its rows are imported.
const (
	uploadLife     = time.Hour
	maxUploads     = 64        // of the whole process
	maxUploadBytes = 512 << 20 // of the whole process

	// A tenant has a share, so that none can keep the others from importing.
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
	table  sheet.Table
	bytes  int
	until  time.Time

	mu      sync.Mutex
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
	mu    sync.Mutex
	m     map[string]*upload
	work  sync.WaitGroup
}

func newUploads(c bailiwick.Clock) *uploads { return &uploads{clock: c, m: map[string]*upload{}} }

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
	total, own, files := f.bytes, f.bytes, 0
	spent := "" // the first file of the tenant that only its result is kept of
	for id, other := range u.m {
		size, over := other.size()
		total += size
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
	if len(u.m) >= maxUploads || total > maxUploadBytes || files >= tenantUploads || own > tenantUploadBytes {
		return "", &bailiwick.Error{Code: bailiwick.CodeLimited, Message: "Too many files are waiting to be imported. Try again later."}
	}
	u.m[id.String()] = f
	return id.String(), nil
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
	f.table.Rows, f.table.Lines, f.bytes = nil, nil, 0
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
	spec := custody.ImportSpec{
		Type: f.typ, Source: f.file, Header: f.table.Header, Rows: f.table.Rows, Lines: f.table.Lines, Mapping: f.mapping, Mode: f.mode, KeyField: f.key, DryRun: dry,
	}
	if f.failed && !f.dry && f.result != nil { // an interrupted run goes on where it was
		spec.ID = f.result.ID
	}
	f.running, f.dry, f.result, f.failed = true, dry, nil, false
	u.work.Go(func() {
		res, err := door.Import(ctx, a, spec)
		f.mu.Lock()
		defer f.mu.Unlock()
		f.running, f.failed, f.result = false, err != nil, &res
		if err == nil && !dry {
			f.spend(&res)
		}
	})
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
