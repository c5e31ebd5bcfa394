package expr

import "kickoff/record"

// conditionalFunctions evaluate only the result that is chosen.
var conditionalFunctions = []Function{
	row("IIF", "cond c, same yes, same no", likeArgs(1), "yes where c is true, else no; a c that is Null is not true.",
		`IIF(1 < 2, "a", "b")`, `a`, `IIF(Null(), 10, 20)`, `20`),
	row("Switch", "any v, any default, any case, any result, [any more...]", switchResult, "The result after the first case that equals v, else default.",
		`Switch(1, Null(), 1, "Gold", 2, "Silver")`, `Gold`, `Switch(9, Null(), 1, "Gold", 2, "Silver")`, `Null`,
		`Switch(Null(), 1, Null(), 2, "B", 3)`, `2`),
}

// switchResult checks Switch(v, default, case, result, case, result, ...).
func switchResult(args []Node) (record.Type, error) {
	if len(args)%2 != 0 {
		return record.Invalid, errorf(args[len(args)-1], "Switch: the last case has no result")
	}
	cases, results := []Node{args[0]}, []Node{args[1]}
	for i := 2; i < len(args); i += 2 {
		cases, results = append(cases, args[i]), append(results, args[i+1])
	}
	if err := comparable(args[0], "Switch", cases); err != nil {
		return record.Invalid, err
	}
	return oneKind("Switch", results)
}

// conversionFunctions turn text into numbers and back.
var conversionFunctions = []Function{
	row("BinToInt", "text s", integer, "The number that s is in binary digits, after a sign; what follows is left out. 32 or 64 digits without a sign are a number in two's complement.",
		`BinToInt("101")`, `5`, `BinToInt("0012")`, `1`),
	row("CharFromInt", "number n", text, "The character of a Unicode code point.",
		`CharFromInt(66)`, `B`, `CharFromInt(169)`, `©`, `CharFromInt(-1)`, `Null`),
	row("CharToInt", "text s", integer, "The Unicode code point of the first character of s.",
		`CharToInt("B")`, `66`, `CharToInt("")`, `Null`),
	row("ConvertFromCodePage", "text s, number codePage", text, "The text whose bytes in a code page are the characters of s.",
		`ConvertFromCodePage("Ã©", 65001)`, `é`, `ConvertFromCodePage("abc", 1252)`, `abc`),
	row("ConvertToCodePage", "text s, number codePage", text, "A text whose characters are the bytes of s in a code page.",
		`ConvertToCodePage("é", 65001)`, `Ã©`, `ConvertToCodePage("abc", 1252)`, `abc`),
	row("HexToNumber", "text s", integer, "The number that s is in hexadecimal digits; 16 of them are a number in two's complement.",
		`HexToNumber("dd")`, `221`, `HexToNumber("007F")`, `127`),
	row("IntToBin", "number n", text, "n in binary digits.",
		`IntToBin(13)`, `1101`, `IntToBin(0)`, `0`),
	row("IntToHex", "number n", text, "n in hexadecimal digits, in upper case.",
		`IntToHex(255)`, `FF`, `IntToHex(0)`, `0`),
	row("ToDegrees", "number x", double, "An angle in radians as degrees.",
		`ToDegrees(Pi())`, `180`, `ToDegrees(0)`, `0`),
	row("ToNumber", "any x, [flag ignoreErrors], [flag keepNulls], [text decimalSeparator]", toNumberResult,
		"The number at the start of x. What is no number, empty or Null gives 0, or Null with keepNulls; ignoreErrors reports no error for it. With a decimal separator, what may separate thousands is passed over.",
		`ToNumber("878")`, `878`, `ToNumber("4.256411411E9")`, `4256411411`, `ToNumber("Number", "true", "true")`, `Null`,
		`ToNumber("Number", 1)`, `0`, `ToNumber("1,5", 0, 0, ",")`, `1.5`, `ToNumber("1.234,5", 0, 0, ",")`, `1234.5`),
	row("ToRadians", "number x", double, "An angle in degrees as radians.",
		`Round(ToRadians(180), 0.0001)`, `3.1416`, `ToRadians(0)`, `0`),
	row("ToString", "any x, [number decimals], [flag thousands], [text decimalSeparator]", text,
		"A number as text: with fifteen significant digits, or with that many decimals, and with a separator of thousands where wanted (1 is a comma, or a point where the decimals follow a comma).",
		`ToString(10, 0)`, `10`, `ToString(10.4, 0)`, `10`, `ToString(10.4, 1)`, `10.4`, `ToString(1234567.54, 0, 1)`, `1,234,568`,
		`ToString(10.4)`, `10.4`, `ToString(1 / 3)`, `0.333333333333333`, `ToString(1234567.5, 2, 1, ",")`, `1.234.567,50`, `ToString("a")`, `a`),
	row("UnicodeNormalize", "text s, text form", text, "s in a Unicode normal form: NFC, NFD, NFKC or NFKD.",
		`Length(UnicodeNormalize("é", "NFD"))`, `2`, `UnicodeNormalize("ﬁ", "NFKC")`, `fi`),
}

// toNumberResult: a number passes through; whole ones stay whole.
func toNumberResult(args []Node) (record.Type, error) {
	switch t := args[0].Type(); KindOf(t) {
	case KindNumber:
		if integral(t) {
			return record.Int64, nil
		}
		return record.Double, nil
	case KindObject:
		return record.Invalid, errorf(args[0], "ToNumber takes a number or text as argument 1 (x), not %s", t)
	}
	settle(args[0], record.VWString)
	return record.Double, nil
}

// specializedFunctions do what fits nowhere else.
var specializedFunctions = []Function{
	row("Coalesce", "same v...", likeArgs(0), "The first argument that is not Null.",
		`Coalesce(Null(), 3)`, `3`, `Coalesce("a", "b")`, `a`),
	row("EscapeXMLMetacharacters", "text s", text, "s with & < > \" and ' as XML entities.",
		`EscapeXMLMetacharacters("a<b")`, `a&lt;b`, `EscapeXMLMetacharacters("'&'")`, `&apos;&amp;&apos;`),
	row("GetEnvironmentVariable", "text name", text, "The value of a variable of the environment that the server's owner lets workflows see; Null for others.",
		`GetEnvironmentVariable("KICKOFF_NO_SUCH_VARIABLE")`, `Null`, `GetEnvironmentVariable(Null())`, `Null`),
	row("GetVal", "number index, same v...", likeArgs(1), "The argument at index, from 0; Null where there is none.",
		`GetVal(0, "a", "b")`, `a`, `GetVal(5, "a", "b")`, `Null`),
	row("Message", "number kind, text message, any result", messageResult, "result, after message was put into the run's log: kind 1 is a message, 2 a warning, 3 an error, 5 a conversion error.",
		`Message(1, "seen", 5)`, `5`, `Message(1, "seen", "x")`, `x`),
	row("Null", "", gives(record.Invalid), "Null, of whatever type is wanted.",
		`Null()`, `Null`, `1 + Null()`, `Null`),
	row("RangeMedian", "number v...", doubleOf(0, "count", "lower bound", "upper bound"), "The median of grouped values: groups of three arguments, the count and the lower and upper bound of a range.",
		`RangeMedian(10, 0, 10, 10, 10, 20)`, `10`, `RangeMedian(4, 0, 8)`, `4`),
	row("ReadRegistryString", "text key, text value, [text default]", text, "default: there is no registry here.",
		`ReadRegistryString("HKEY_LOCAL_MACHINE\Software", "Name", "none")`, `none`, `ReadRegistryString("HKEY_LOCAL_MACHINE\Software", "Name")`, ``),
	row("Soundex", "text s", text, "The Soundex code of s; s itself where it does not start with a letter.",
		`Soundex("Robert")`, `R163`, `Soundex("3825")`, `3825`),
	row("Soundex_Digits", "text s", text, "The first four digits of s, or its Soundex code where it has no digit.",
		`Soundex_Digits("3825 Iris")`, `3825`, `Soundex_Digits("Iris")`, `I620`),
	row("TopNIDX", "number n, number v...", integer, "The position, from 0, of the argument that is the greatest but n.",
		`TopNIDX(0, 5, 87, 54, 6, 99, 64, 2)`, `4`, `TopNIDX(1, 5, 87, 54, 6, 99, 64, 2)`, `1`),
	row("UrlEncode", "text s", text, "s with what a web address cannot hold as %XX; : and / stay, \\ becomes /.",
		`UrlEncode("C:\temp\Laurel Or.xml")`, `C:/temp/Laurel%20Or.xml`, `UrlEncode("a b")`, `a%20b`),
	row("UrlEncodeUTF8", "text s", text, "s with all but letters, digits and - . _ ~ as %XX of its UTF-8 bytes.",
		`UrlEncodeUTF8("a/é")`, `a%2F%C3%A9`, `UrlEncodeUTF8("a-b")`, `a-b`),
}

// messageResult is the type of what Message passes on.
func messageResult(args []Node) (record.Type, error) { return args[2].Type(), nil }

// financeFunctions follow the usual signs: money paid out is negative. r is the
// rate of one period, n the number of periods, begin 1 for payments at the
// beginning of a period. They give Null where no solution is found.
var financeFunctions = []Function{
	row("FinanceCAGR", "number begin, number end, number years", double, "The yearly growth rate from begin to end.",
		`Round(FinanceCAGR(100, 200, 2), 0.00001)`, `0.41421`, `FinanceCAGR(100, 100, 5)`, `0`),
	row("FinanceEffectiveRate", "number nominal, number periods", double, "The yearly rate that a nominal rate gives with so many periods a year.",
		`Round(FinanceEffectiveRate(0.12, 12), 0.000001)`, `0.126825`, `Round(FinanceEffectiveRate(0.1, 1), 0.000001)`, `0.1`),
	row("FinanceFV", "number r, number n, number payment, [number pv], [number begin]", double, "The value at the end of regular payments.",
		`Round(FinanceFV(0.01, 12, -100), 0.01)`, `1268.25`, `FinanceFV(0, 10, -100, -50)`, `1050`),
	row("FinanceFVSchedule", "number principal, number rate...", double, "The value of a principal after periods of the given rates.",
		`Round(FinanceFVSchedule(100, 0.1, 0.2), 0.0001)`, `132`, `FinanceFVSchedule(100, 0)`, `100`),
	row("FinanceIRR", "number value...", double, "The rate at which the payments are worth nothing today.",
		`Round(FinanceIRR(-100, 60, 60), 0.0001)`, `0.1307`, `FinanceIRR(1, 2)`, `Null`),
	row("FinanceMIRR", "number financeRate, number reinvestRate, number value...", double, "The rate of return where payments in and out bear different rates.",
		`Round(FinanceMIRR(0.1, 0.12, -120000, 39000, 30000, 21000, 37000, 46000), 0.0001)`, `0.1261`, `FinanceMIRR(0.1, 0.1, 5)`, `Null`),
	row("FinanceMXIRR", "number financeRate, number reinvestRate, any valueAndDate...", doubleOf(2, "value", "date"), "FinanceMIRR of payments on dates, given in pairs.",
		`Round(FinanceMXIRR(0.1, 0.12, -100, "2020-01-01", 110, "2020-12-31"), 0.0001)`, `0.1`, `FinanceMXIRR(0.1, 0.12, -100, "2020-01-01")`, `Null`),
	row("FinanceNominalRate", "number effective, number periods", double, "The nominal rate that gives a yearly rate with so many periods a year.",
		`Round(FinanceNominalRate(0.126825, 12), 0.0001)`, `0.12`, `Round(FinanceNominalRate(0.1, 1), 0.000001)`, `0.1`),
	row("FinanceNPER", "number r, number payment, number pv, [number fv], [number begin]", double, "The number of regular payments.",
		`Round(FinanceNPER(0.01, -100, 1000), 0.0001)`, `10.5886`, `FinanceNPER(0, -100, 1000)`, `10`),
	row("FinanceNPV", "number r, number value...", double, "The value today of payments at the end of each period.",
		`Round(FinanceNPV(0.1, 110, 121), 0.0001)`, `200`, `FinanceNPV(0, 1, 2)`, `3`),
	row("FinancePMT", "number r, number n, number pv, [number fv], [number begin]", double, "The regular payment.",
		`Round(FinancePMT(0.01, 12, 1000), 0.01)`, `-88.85`, `FinancePMT(0, 10, 1000)`, `-100`),
	row("FinancePV", "number r, number n, number payment, [number fv], [number begin]", double, "The value today of regular payments.",
		`Round(FinancePV(0.01, 12, -100), 0.01)`, `1125.51`, `FinancePV(0, 10, -100)`, `1000`),
	row("FinanceRate", "number n, number payment, number pv, [number fv], [number begin], [number guess]", double, "The rate of one period.",
		`Round(FinanceRate(12, -88.85, 1000), 0.0001)`, `0.01`, `Round(FinanceRate(10, -100, 1000), 0.000001)`, `0`),
	row("FinanceXIRR", "any valueAndDate...", doubleOf(0, "value", "date"), "The yearly rate at which payments on dates, given in pairs, are worth nothing on the first.",
		`Round(FinanceXIRR(-100, "2021-01-01", 110, "2022-01-01"), 0.0001)`, `0.1`, `FinanceXIRR(1, "2021-01-01")`, `Null`),
	row("FinanceXNPV", "number r, any valueAndDate...", doubleOf(1, "value", "date"), "The value on the first date of payments on dates, given in pairs.",
		`Round(FinanceXNPV(0.1, -100, "2021-01-01", 110, "2022-01-01"), 0.0001)`, `0`, `FinanceXNPV(0, 1, "2021-01-01", 2, "2022-01-01")`, `3`),
}
