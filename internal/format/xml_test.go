package format

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const orderXML = `<?xml version="1.0"?>
<orders xmlns:x="urn:x">
  <order id="7">
    <buyer>
      <name>Ann &amp; Bo</name>
    </buyer>
    <item sku="A">pen</item>
    <item sku="B"><![CDATA[<ink>]]></item>
    <note/>
  </order>
  <x:extra>1</x:extra>
  <order id="8"><item>cup</item></order>
</orders>`

func TestParseXML(t *testing.T) {
	for _, c := range []struct {
		name string
		o    XMLOptions
		want []string
	}{
		{"first child", XMLOptions{}, []string{"order=␣ order_id=7", "order=∅ order_id=8"}},
		{"child values", XMLOptions{Element: "order", ChildValues: true},
			[]string{"order=␣ order_id=7 buyer=␣ item=pen item_sku=A item_2=<ink> item_sku_2=B note=∅", "order=∅ order_id=8 item=cup"}},
		{"deep", XMLOptions{Element: "item"}, []string{"item=pen item_sku=A", "item=<ink> item_sku=B", "item=cup"}},
		{"outer", XMLOptions{Element: "buyer", ChildValues: true, OuterXML: true},
			[]string{"buyer=␣ name=Ann & Bo name_OuterXML=<name>Ann &amp; Bo</name> buyer_OuterXML=<buyer>\n      <name>Ann &amp; Bo</name>\n    </buyer>"}},
		{"root", XMLOptions{Root: true, ChildValues: true}, []string{"orders=␣ order=␣ order_id=7 x:extra=1 order_2=∅ order_id_2=8"}},
		{"prefix", XMLOptions{Element: "extra"}, []string{"x:extra=1"}},
		{"none", XMLOptions{Element: "nothing"}, nil},
	} {
		rows, err := ParseXML(orderXML, c.o)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rows {
			var parts []string
			for _, v := range r {
				if v.Null {
					v.Text = "∅"
				} else if strings.TrimSpace(v.Text) == "" {
					v.Text = "␣"
				}
				parts = append(parts, v.Name+"="+v.Text)
			}
			got = append(got, strings.Join(parts, " "))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestParseXMLErrors(t *testing.T) {
	for text, want := range map[string]string{
		"": "not XML", "<a>": "unexpected EOF", "<a></b>": "</b> ends no element", "<a/><b/>": "second root", "x": "not XML",
		"<a>\n&e;</a>": "line 2", "<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>": "line 1", strings.Repeat("<a>", 2000): "nested deeper",
	} {
		if _, err := ParseXML(text, XMLOptions{Root: true}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30s: %v", text, err)
		}
	}
}

func TestReadXMLFile(t *testing.T) {
	o, err := DecodeXML(Options{"XmlElement": "p", "ChildValues": "True", "ParseRoot": "False", "OuterXML": "False"})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"<?xml version='1.0' encoding='ISO-8859-1'?><r><p><a>caf\xe9</a></p><p><b>2</b></p></r>",
		"\ufeff<r><p><a>café</a></p><p><b>2</b></p></r>",
	} {
		r, err := OpenXML(context.Background(), io.NopCloser(strings.NewReader(text)), "a.xml", o, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff("p a b", strings.Join(r.Schema().Names(), " ")); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([][]string{{"∅", "café", "∅"}, {"∅", "∅", "2"}}, rows(t, r)); d != "" {
			t.Error(d)
		}
	}
}
