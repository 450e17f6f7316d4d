"""演练人员表: who works where in the demo company; every county has every role, and all have the demo's one password."""

from dataclasses import dataclass

CITY = ("33", "江州供电公司")
COUNTIES = (("3301", "城关县供电公司"), ("3302", "临江县供电公司"), ("3303", "新河县供电公司"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """演练人员: login, name, unit code and roles."""

    login: str
    name: str
    unit: str
    roles: tuple[str, ...]


ROSTER = """
33   hanlei       韩磊   supervisor2
33   caoning      曹宁   analyst
33   qianjin      钱进   administrator
33   lushan       陆山   supervisor2
3301 limin        李敏   clerk
3301 wangfang     王芳   clerk
3301 jinling      金玲   clerk
3301 zhaomin      赵敏   manager
3301 zhoutao      周涛   manager
3301 hanxue       韩雪   manager
3301 chengang     陈刚   surveyor
3301 guoliang     郭亮   surveyor
3301 pengbo       彭博   surveyor
3301 sunli        孙立   planner
3301 wudi         吴迪   operations
3301 xiaojun      肖军   operations
3301 zhengkai     郑凯   construction
3301 fengjie      冯洁   dispatcher
3301 hejing       何静   finance
3301 gaoyuan      高远   materials
3301 linfeng      林峰   metering
3301 songyang     宋阳   metering
3301 xuqiang      许强   inspector
3301 yaoping      姚萍   inspector
3301 machao       马超   chief
3301 shenyue      沈岳   supervisor1
3302 luyan        陆燕   clerk manager
3302 panhong      潘红   clerk
3302 jiangtao     蒋涛   manager
3302 dingjie      丁洁   manager
3302 tangwei      唐伟   surveyor metering operations construction
3302 weiguo       魏国   surveyor
3302 yuanlin      袁林   planner
3302 xuejun       薛军   operations
3302 hemin        贺敏   construction
3302 luoqing      罗青   dispatcher
3302 tianye       田野   finance
3302 renhua       任华   materials
3302 fangyong     方勇   metering
3302 shihai       石海   inspector
3302 dengchao     邓超   chief
3302 zoulan       邹岚   supervisor1
3303 bailu        白露   clerk
3303 qinyu        秦雨   clerk
3303 gusong       顾松   manager
3303 mengfei      孟飞   manager
3303 longxiang    龙翔   surveyor
3303 wanjia       万佳   surveyor
3303 leiming      雷鸣   planner
3303 haoran       郝然   operations
3303 kangjian     康健   construction
3303 yinhe        尹和   dispatcher
3303 cuiying      崔颖   finance
3303 luping       鲁平   materials
3303 niugang      牛刚   metering
3303 fanwei       范伟   inspector
3303 duanrui      段锐   chief
3303 qiuyue       邱月   supervisor1
"""
"""Unit, login, name, roles; a part of it is known by heart by whoever has used the demo before, so logins stay."""


def _read(line: str) -> Person:
    unit, login, name, *roles = line.split()
    return Person(login=login, name=name, unit=unit, roles=tuple(roles))


PEOPLE = tuple(_read(line) for line in ROSTER.strip().splitlines())
