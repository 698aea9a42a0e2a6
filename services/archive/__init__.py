"""What is handed over as a whole: 验收申请材料, 归档包 and 装订本, each made of the same pieces (件)."""
