package tool

import (
	"path"
	"strings"
)

// All lists the tools, by name. The slice is new at each call, its tools are not.
func All() []*Tool {
	return []*Tool{
		&appendFieldsTool,
		&arrangeTool,
		&autoFieldTool,
		&basicDataProfileTool,
		&blobConvertTool,
		&blobInputTool,
		&blobOutputTool,
		&blockUntilDoneTool,
		&browseTool,
		&bufferTool,
		&countRecordsTool,
		&createPointsTool,
		&createSamplesTool,
		&crossTabTool,
		&dataCleansingTool,
		&dateTimeNowTool,
		&dateTimeTool,
		&detourTool,
		&detourEndTool,
		&directoryTool,
		&distanceTool,
		&downloadTool,
		&dynamicInputTool,
		&dynamicRenameTool,
		&dynamicReplaceTool,
		&dynamicSelectTool,
		&expectEqualTool,
		&expectZeroRecordsTool,
		&fieldInfoTool,
		&filterTool,
		&findNearestTool,
		&findReplaceTool,
		&formulaTool,
		&generateRowsTool,
		&imputationTool,
		&inputDataTool,
		&joinTool,
		&joinMultipleTool,
		&jsonBuildTool,
		&jsonParseTool,
		&macroInputTool,
		&macroOutputTool,
		&makeColumnsTool,
		&makeGroupTool,
		&mapInputTool,
		&messageTool,
		&multiFieldBinningTool,
		&multiFieldFormulaTool,
		&multiRowFormulaTool,
		&outputDataTool,
		&oversampleFieldTool,
		&pearsonCorrelationTool,
		&polyBuildTool,
		&polySplitTool,
		&randomSampleTool,
		&rankTool,
		&recordIDTool,
		&regexTool,
		&runCommandTool,
		&runningTotalTool,
		&sampleTool,
		&selectTool,
		&selectRecordsTool,
		&sortTool,
		&spatialInfoTool,
		&spatialMatchTool,
		&spatialProcessTool,
		&spearmanCorrelationTool,
		&summarizeTool,
		&testTool,
		&textInputTool,
		&textToColumnsTool,
		&tileTool,
		&tradeAreaTool,
		&transposeTool,
		&unionTool,
		&uniqueTool,
		&weightedAverageTool,
		&xmlParseTool,
	}
}

// Lookup finds the tool of a node by its plugin, else by the entry point of its
// engine, else by the file name of the shipped macro that it calls; any of them
// may be "" (tools reference, part A). Case does not matter.
func Lookup(plugin, entry, macro string) (*Tool, bool) {
	all := All()
	if plugin != "" {
		for _, t := range all {
			for _, p := range t.Plugins {
				if strings.EqualFold(p, plugin) {
					return t, true
				}
			}
		}
	}
	if macro != "" {
		base := path.Base(strings.ReplaceAll(macro, `\`, "/"))
		for _, t := range all {
			for _, m := range t.Macros {
				if strings.EqualFold(m, base) {
					return t, true
				}
			}
		}
		return nil, false
	}
	if entry != "" {
		for _, t := range all {
			if strings.EqualFold(t.Entry, entry) {
				return t, true
			}
		}
	}
	return nil, false
}
