package tenant

import (
	"context"
	"errors"
	"slices"

	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/configuration"
)

// numbers maps types and fields to the numbers that stored records name them
// by. It covers every key that ever was, also of types no longer configured.
type numbers struct {
	types     map[string]int64
	typeKeys  map[int64]string
	fields    map[int64]map[string]uint16
	fieldKeys map[int64]map[uint16]string
}

// errNumbers is returned when a type has used up its 65,535 field numbers.
var errNumbers = errors.New("no field numbers left")

func loadNumbers(ctx context.Context, tx store.TenantTx) (*numbers, error) {
	n := &numbers{
		types: make(map[string]int64), typeKeys: make(map[int64]string),
		fields: make(map[int64]map[string]uint16), fieldKeys: make(map[int64]map[uint16]string),
	}
	types, err := configuration.Types(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, t := range types {
		n.addType(t.Number, t.Key)
	}
	fields, err := configuration.Fields(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		n.addField(f.Type, uint16(f.Number), f.Key)
	}
	return n, nil
}

func (n *numbers) addType(no int64, key string) {
	n.types[key], n.typeKeys[no] = no, key
	n.fields[no], n.fieldKeys[no] = make(map[string]uint16), make(map[uint16]string)
}

func (n *numbers) addField(typ int64, no uint16, key string) {
	n.fields[typ][key], n.fieldKeys[typ][no] = no, key
}

// allocate gives numbers to the types and fields that have none, in the order
// of their keys: the next after the highest ever given.
func allocate(ctx context.Context, tx store.TenantTx, types map[string]*schema.Type) error {
	n, err := loadNumbers(ctx, tx)
	if err != nil {
		return err
	}
	keys := make([]string, 0, len(types))
	for key := range types {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		no, ok := n.types[key]
		if !ok {
			no = int64(len(n.types)) + 1
			n.addType(no, key)
			if err := configuration.InsertType(ctx, tx, configuration.Number{Number: no, Key: key}); err != nil {
				return err
			}
		}
		for _, f := range types[key].All() {
			if n.fields[no][f.Path()] != 0 {
				continue
			}
			next := len(n.fields[no]) + 1
			if next > 1<<16-1 {
				return errNumbers
			}
			n.addField(no, uint16(next), f.Path())
			if err := configuration.InsertField(ctx, tx, configuration.Number{Type: no, Number: int64(next), Key: f.Path()}); err != nil {
				return err
			}
		}
	}
	return nil
}
