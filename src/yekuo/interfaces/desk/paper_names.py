"""资料名称: the words for papers no requirement asks for, by the code they are kept under."""

OTHER_PAPERS = {
    "survey_photo": "勘查照片", "design": "设计图纸", "opinion_evidence": "会审附件", "hidden_photo": "隐蔽工程照片",
    "hidden_works": "施工及试验记录", "mid_papers": "施工记录", "external_works": "外部工程验收资料",
    "sample_report": "材料抽检报告",
    "defect_photo": "缺陷照片", "rectified_photo": "整改照片", "meter_photo": "装表照片", "pause_evidence": "挂起证据",
    "pause_letter": "客户暂缓申请", "call_record": "通话记录", "permit": "审批受理单", "permit_receipt": "审批受理单",
    "termination_evidence": "终止证据", "terminate_note": "终止说明", "other": "其他资料",
}  # fmt: skip
